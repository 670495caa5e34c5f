"""Documents: deterministic PDFs (`pdf`), PAdES signatures (`signing`), the claim-check store
(`store`), and all three in one (`office`).
"""
