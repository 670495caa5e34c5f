"""Documents: deterministic PDFs, PAdES signatures and the claim-check store."""
