"""The motcua command line and the local stack."""
