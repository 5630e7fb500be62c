package bayeux

import (
	"context"
	"slices"
)

// Subscribe sends one message for each channel, in one batch, and waits for the
// replies. When the server has lost the session, it waits for the new one and
// tries once more.
func (s *Session) Subscribe(ctx context.Context, channels ...string) error {
	return s.change(ctx, "/meta/subscribe", channels)
}

// Unsubscribe is the counterpart of Subscribe.
func (s *Session) Unsubscribe(ctx context.Context, channels ...string) error {
	return s.change(ctx, "/meta/unsubscribe", channels)
}

func (s *Session) change(ctx context.Context, verb string, channels []string) error {
	if len(channels) == 0 {
		return nil
	}
	if err := s.enter(); err != nil {
		return err
	}
	defer s.running.Done()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(s.ctx, cancel)()
	for attempt := 0; ; attempt++ {
		session, id, err := s.settled(ctx)
		if err != nil {
			return err
		}
		failed := s.subscribe(ctx, session, id, verb, channels)
		switch {
		case failed == nil:
			return nil
		case failed.Kind == Ended && s.Err() != nil:
			return s.Err() // the reason, not that this request was given up
		case !failed.again || attempt > 0:
			return failed
		}
		s.lose(session, failed.Text)
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

// enter holds Close back until the caller is through.
func (s *Session) enter() *Error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.ended != nil {
		return s.ended
	}
	select {
	case <-s.closing:
		return &Error{Kind: Ended, Text: "the session was closed"}
	default:
	}
	s.running.Add(1)
	return nil
}

// settled waits until there is a session.
func (s *Session) settled(ctx context.Context) (session int, id string, _ *Error) {
	ctx, cancel := context.WithTimeout(ctx, s.o.RequestTimeout)
	defer cancel()
	for {
		s.mu.Lock()
		up, ended, changed := s.up, s.ended, s.changed
		session, id = s.number, s.clientID
		s.mu.Unlock()
		switch {
		case ended != nil:
			return 0, "", ended
		case up:
			return session, id, nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			if s.ctx.Err() != nil {
				return 0, "", &Error{Kind: Ended, Text: "the session is over"}
			}
			return 0, "", &Error{Kind: Unreachable, Text: "there was no session in time"}
		}
	}
}

// subscribe is one attempt. An error with again set says that the server does
// not know the session.
func (s *Session) subscribe(ctx context.Context, session int, id, verb string, channels []string) *Error {
	ctx, cancel := context.WithTimeout(ctx, s.o.RequestTimeout)
	defer cancel()
	list := make([]request, 0, len(channels))
	for _, name := range channels {
		list = append(list, request{Channel: verb, ClientID: id, Subscription: name})
	}
	batch, f := s.exchange(ctx, session, list...)
	var failed *Error
	for _, c := range batch {
		doing := verb[len("/meta/"):] + " " + short(c.Subscription, 100)
		switch {
		case !c.answered():
			if failed == nil {
				failed = f.asError(doing)
				failed.again = false
			}
		case c.reply.ok():
			s.remember(verb, c.Subscription)
		case failed == nil || !failed.again:
			failed = refusal(doing, c.reply, s.o.Transport)
			failed.Kind = Subscribe
			failed.again = unknownClient(c.reply, s.o.Transport)
		}
	}
	if len(batch) == 0 {
		return f.asError(verb[len("/meta/"):])
	}
	return failed
}

func (s *Session) remember(verb, channel string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.channels = slices.DeleteFunc(s.channels, func(c string) bool { return c == channel })
	if verb == "/meta/subscribe" {
		s.channels = append(s.channels, channel)
	}
}
