-- How other servers are, without reading their documents: figures are asked for every few seconds.
CREATE INDEX peers_by_health ON peers (provider, failing_since, last_ok_at);
