"""How requests are read and answered, whatever they ask for."""
