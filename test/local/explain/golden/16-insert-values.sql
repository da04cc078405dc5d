-- analyze verbose
INSERT INTO transaction (description) VALUES ('a'), ('b'), ('c');
