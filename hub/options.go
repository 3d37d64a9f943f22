package hub

// option is one that must not be negative.
type option struct {
	name  string
	value int64
}

// negative returns an *Error that names the first option that is negative, if one is.
func negative(options ...option) error {
	for _, o := range options {
		if o.value < 0 {
			return &Error{"it must not be negative", o.name}
		}
	}
	return nil
}

// wrong returns an *Error if an option means nothing.
func (h *Hub) wrong() error {
	if h.Full > Block {
		return &Error{"it is none of the policies", "Hub.Full"}
	}
	return negative(
		option{"Hub.MaxQueue", int64(h.MaxQueue)},
		option{"Hub.MaxQueueBytes", int64(h.MaxQueueBytes)},
		option{"Hub.Patience", int64(h.Patience)},
		option{"Hub.History", int64(h.History)},
		option{"Hub.MaxHistoryBytes", int64(h.MaxHistoryBytes)},
		option{"Hub.Linger", int64(h.Linger)},
		option{"Hub.MaxTopics", int64(h.MaxTopics)},
		option{"Hub.MaxJoined", int64(h.MaxJoined)},
	)
}

func (b *MemoryBackplane) wrong() error {
	return negative(
		option{"MemoryBackplane.Keep", int64(b.Keep)},
		option{"MemoryBackplane.KeepBytes", int64(b.KeepBytes)},
		option{"MemoryBackplane.KeepFor", int64(b.KeepFor)},
	)
}

// usable returns why nothing can be done with the Hub, nil if something can.
func (h *Hub) usable() error {
	switch {
	case h.unusable != nil:
		return h.unusable
	case h.isClosed():
		return errClosed
	}
	return nil
}
