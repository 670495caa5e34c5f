"""Payment's side effects: calls to providers, receipts, money between a subject and a dossier."""
