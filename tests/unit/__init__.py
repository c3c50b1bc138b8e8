"""Rules of the domain and other pure functions."""
