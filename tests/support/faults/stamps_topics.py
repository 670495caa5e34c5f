"""The topics of the tests' stamping service (`stamps`), which stand in no table of the
contracts.
"""

from dataclasses import dataclass

from motcua_contracts.wire.topics import DEAD_LETTERS, INTAKE_COMMANDS, INTAKE_DOSSIERS, Topic


@dataclass(frozen=True, slots=True)
class StampTopics:
    """`notices` belong to another service, for which the test speaks itself."""

    commands: Topic
    notices: Topic
    sheets: Topic
    dead_letters: Topic

    @property
    def all(self) -> tuple[Topic, ...]:
        return (self.commands, self.notices, self.sheets, self.dead_letters)

    @property
    def inputs(self) -> tuple[Topic, ...]:
        return (self.commands, self.notices)


def topics_of(name: str) -> StampTopics:
    """The topics under a service's name, configured as the contracts' are."""

    def like(topic: Topic, its_name: str) -> Topic:
        return Topic(its_name, topic.kind, topic.partitions, dict(topic.config))

    return StampTopics(
        like(INTAKE_COMMANDS, f"{name}.commands"),
        like(INTAKE_DOSSIERS, f"{name}-notices.given"),
        like(INTAKE_DOSSIERS, f"{name}.sheets"),
        like(DEAD_LETTERS["intake"], f"{name}.dead-letters"),
    )
