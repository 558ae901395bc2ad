"""Hours in Tripletex: which days are listed, how an entry is mapped, what its refusals mean."""
