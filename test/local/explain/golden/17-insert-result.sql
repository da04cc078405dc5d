-- analyze verbose
INSERT INTO accounts VALUES (5000, 1);
