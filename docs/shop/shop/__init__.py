"""A small shop to try prodlint on: one of its two handlers gives away what is not the caller's."""
