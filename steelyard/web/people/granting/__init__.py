"""Roles are proposed, confirmed, lent and taken back; nobody ever holds two that must stay apart."""
