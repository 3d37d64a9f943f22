package observe

import "github.com/seed372fb791/rfc6455/client"

// ofClients is what there is to read of a client.ReconnectStats.
var ofClients = []row[client.ReconnectStats]{
	{Metric{"client", "connected", "", Gauge, nil,
		"Whether there is a connection, 0 or 1."},
		one(func(s *client.ReconnectStats) float64 { return truth(s.Down == 0) })},
	{Metric{"client", "down", "seconds", Gauge, nil,
		"How long there has been no connection, 0 while there is one."},
		one(func(s *client.ReconnectStats) float64 { return s.Down.Seconds() })},
	{Metric{"client", "attempts", "attempts", Gauge, nil,
		"Attempts to connect since the last connection was open, the one that is under way among them."},
		one(func(s *client.ReconnectStats) float64 { return float64(s.Attempts) })},
	{Metric{"client", "losses", "losses", Counter, nil,
		"Connections that came to their end."},
		one(func(s *client.ReconnectStats) float64 { return float64(s.Losses) })},
	{Metric{"client", "outbox_messages", "messages", Amount, nil,
		"Messages in the outbox."},
		one(func(s *client.ReconnectStats) float64 { return float64(s.OutboxMessages) })},
	{Metric{"client", "outbox", "bytes", Amount, nil,
		"Bytes of the messages in the outbox."},
		one(func(s *client.ReconnectStats) float64 { return float64(s.OutboxBytes) })},
	{Metric{"client", "unread_messages", "messages", Amount, nil,
		"Messages that were received and have not been read yet."},
		one(func(s *client.ReconnectStats) float64 { return float64(s.UnreadMessages) })},
	{Metric{"client", "unread", "bytes", Amount, nil,
		"Bytes of the messages that have not been read yet."},
		one(func(s *client.ReconnectStats) float64 { return float64(s.UnreadBytes) })},
}
