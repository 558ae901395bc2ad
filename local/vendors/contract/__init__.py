"""What the sandboxes have in common whose vendors publish no API and that therefore serve a contract of ours."""
