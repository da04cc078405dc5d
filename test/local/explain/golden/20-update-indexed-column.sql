-- analyze verbose
UPDATE transactions SET payer_id = 7 WHERE id = md5('7')::uuid;
