"""How far prodlint agrees with what other tools expect of their own test files. Measures; no tests of ours."""
