"""The catalogue of procedures and the organisation."""
