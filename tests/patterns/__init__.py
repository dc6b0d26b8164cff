"""Tests of the room `prodlint/patterns`."""
