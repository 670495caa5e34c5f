"""What people do, beyond one command."""
