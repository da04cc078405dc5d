SELECT count(*), (SELECT note FROM holdings WHERE owner = 3 AND symbol = 'S1') FROM accounts;
