"""Schema steps of the vault. They import no project code: each stands for its own time."""
