"""结果运用: who used which published numbers for what, and what a later correction makes of it."""
