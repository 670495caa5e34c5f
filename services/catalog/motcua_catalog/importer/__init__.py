"""From files to commands: what is read, checked, compared with what is published, and sent."""
