"""What the Finance and Planning office does with a dossier in every journey that goes through it
without a hitch.
"""

from collections.abc import Iterator

from .journey import Act
from .stage import Stage


def handled(
    stage: Stage, procedure: str, status: str, outcome: str = "granted", **draft: str
) -> Iterator[Act]:
    """Examined, drafted, signed; `status` is what the owner sees after that."""
    officer, leader = stage.officers["officer-tckh"], stage.officers["leader-tckh"]
    officer.act(officer.next_task(procedure), "complete-step")
    yield Act(
        "examined", officer.name, "thẩm định hồ sơ", "examines the dossier", "processing", "draft"
    )

    officer.act(officer.next_task(procedure), "draft-decision", outcome=outcome, **draft)
    yield Act(
        "drafted", officer.name, "dự thảo kết quả", "drafts the decision", "processing", "approve"
    )

    leader.act(leader.next_task(procedure), "approve")
    yield Act("approved", leader.name, "ký duyệt", "signs", status)
