-- With whom people here have ever had to do is asked for each message of a server that is not let in.
CREATE INDEX acceptances_sent ON acceptances (provider) WHERE sent = 1;
