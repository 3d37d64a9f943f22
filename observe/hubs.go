package observe

import "github.com/seed372fb791/rfc6455/hub"

// ofHubs is what there is to read of a hub.Stats. Its Cause is a text, and no metric: see package hub's Status.
var ofHubs = []row[hub.Stats]{
	{Metric{"hub", "topics", "topics", Amount, nil,
		"Topics that are open."},
		one(func(s *hub.Stats) float64 { return float64(s.Topics) })},
	{Metric{"hub", "subscriptions", "subscriptions", Amount, nil,
		"Subscribers, counted once for each topic that they are in."},
		one(func(s *hub.Stats) float64 { return float64(s.Subscriptions) })},
	{Metric{"hub", "queued_messages", "messages", Amount, nil,
		"Messages that wait, counted once for each subscriber that they wait for."},
		one(func(s *hub.Stats) float64 { return float64(s.Queued) })},
	{Metric{"hub", "queued", "bytes", Amount, nil,
		"Payload of the messages that wait."},
		one(func(s *hub.Stats) float64 { return float64(s.QueuedBytes) })},
	{Metric{"hub", "published_messages", "messages", Counter, nil,
		"Messages that were published from here."},
		one(func(s *hub.Stats) float64 { return float64(s.Published) })},
	{Metric{"hub", "failed_messages", "messages", Counter, nil,
		"Messages that were not published, or not for certain."},
		one(func(s *hub.Stats) float64 { return float64(s.Failed) })},
	{Metric{"hub", "uncertain_messages", "messages", Counter, nil,
		"Those of the failed messages that may have been published."},
		one(func(s *hub.Stats) float64 { return float64(s.Uncertain) })},
	{Metric{"hub", "delivered_messages", "messages", Counter, nil,
		"Messages that were written to or queued for subscribers, counted once for each of these."},
		one(func(s *hub.Stats) float64 { return float64(s.Delivered) })},
	{Metric{"hub", "hand_outs", "hand-outs", Counter, nil,
		"How often messages that came together were handed out to a topic's subscribers."},
		one(func(s *hub.Stats) float64 { return float64(s.HandOuts) })},
	{Metric{"hub", "hand_out", "seconds", Counter, nil,
		"How long that took, all in all."},
		one(func(s *hub.Stats) float64 { return s.HandOut.Seconds() })},
	{Metric{"hub", "dropped_messages", "messages", Counter, nil,
		"Messages dropped for subscribers that were behind."},
		one(func(s *hub.Stats) float64 { return float64(s.Dropped) })},
	{Metric{"hub", "closed_connections", "connections", Counter, nil,
		"Connections closed because they were behind."},
		one(func(s *hub.Stats) float64 { return float64(s.Closed) })},
	{Metric{"hub", "losses", "losses", Counter, nil,
		"How often the backplane has said that messages of a topic may be missing."},
		one(func(s *hub.Stats) float64 { return float64(s.Lost) })},
	{Metric{"hub", "gaps", "gaps", Counter, nil,
		"Gaps that subscribers were told of."},
		one(func(s *hub.Stats) float64 { return float64(s.Gaps) })},
	{Metric{"hub", "broker_up", "", Gauge, nil,
		"Whether the backplane has its broker, 0 or 1; 1 if it does not know."},
		one(func(s *hub.Stats) float64 { return truth(s.Up) })},
}

func truth(b bool) float64 {
	if b {
		return 1
	}
	return 0
}
