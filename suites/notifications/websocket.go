package notifications

import (
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/voicespec/voicespec/runner/play"
	. "github.com/voicespec/voicespec/runner/spec"
)

const socketUpdates = 3

// afterwards is a connect over HTTP with the clientId of a session over WebSocket that has ended.
const afterwards = "connect-afterwards"

// webSocket tries the other transport where the handshake names it. GWS documents that it does
// not support WebSocket while CometD may name it all the same, and a proxy may refuse the upgrade:
// that it cannot be opened is told, and counts little. Once it is open, it is Bayeux.
func webSocket() {
	Scenario("notifications.websocket", "Notifications over WebSocket", Profiles(area), bayeuxPage, Play(overSocket), func() {
		It("a connection type that is offered can be opened", Check("opens", "BAYEUX-21"), func() {
			Expect("socket").To(OpenAWebSocket())
		})
		It("WebSocket carries the same protocol", Check("protocol", "BAYEUX-19"), func() {
			Expect(Socket("socket")).To(SpeakTheSameProtocol(calls, devices))
		})
		It("frames are texts, and hold messages", Check("frames", "BAYEUX-14"), func() {
			Expect(Socket("socket")).To(HoldMessages())
		})
		It("WebSocket brings the notifications, in order and once", Check("delivery", "BAYEUX-19"), func() {
			Expect(Socket("socket")).To(BringTheUpdates("original", "socket", socketUpdates))
		})
		It("WebSocket brings nothing of what was unsubscribed", Check("unsubscribed", "BAYEUX-11"), func() {
			Expect(Socket("socket")).To(HearNothingWhileAway("original", "socket-over"))
		})
		It("a session over WebSocket is over when it was ended", Check("ended", "BAYEUX-7"), func() {
			if Socket("socket").Replies("/meta/disconnect").Succeeded() == nil {
				Blocked("the disconnect over WebSocket was not answered")
			}
			Expect(Dialogue("socket", afterwards)).To(BeUnsuccessful("no successful connect after disconnect"))
		})
	})
}

// holds puts a call on hold and takes it back, where it can be: states are carried as well as data.
func holds(s *Stage, c *play.Call) {
	mark := s.Mark()
	if !s.Operate(s.Agent, "Hold", c, "Hold", nil).Accepted() || s.AwaitState(s.Agent, c, mark, "Held") == nil {
		return
	}
	mark = s.Mark()
	if s.Operate(s.Agent, "Retrieve", c, "Retrieve", nil).Accepted() {
		s.AwaitState(s.Agent, c, mark, "Established")
	}
}

func overSocket(s *Stage) {
	b := s.Browser(s.Agent, "socket")
	if s.Transport() != "websocket" {
		d := Heard(b.Insist("handshake", hello()))
		if !d.Offers("websocket") {
			s.NotApplicable("the server does not offer WebSocket")
		}
		if id := d.ClientID(); id != "" {
			b.PostMessages("goodbye", goodbye(id))
		}
	}
	if !b.Open("websocket", calls, devices) {
		return
	}
	c := s.Inbound("original")
	mark := s.Mark()
	for i := range socketUpdates {
		if !s.Operate(s.Agent, "update", c, "UpdateUserData", Numbered(i+1)).Accepted() {
			s.Block("UpdateUserData was refused")
		}
		if i == 0 {
			holds(s, c)
		}
	}
	s.Await(s.Agent, "the last of the updates", mark, Meeting(Update(socketUpdates)))
	b.Await("the last of the updates", mark, Meeting(Update(socketUpdates)))
	mark = s.Mark()
	if b.Unsubscribe(calls) && s.Operate(s.Agent, "socket-over", c, "UpdateUserData", Numbered(socketUpdates+1)).Accepted() {
		s.Await(s.Agent, "the update after them", mark, Meeting(Update(socketUpdates+1)))
	}
	id := b.ClientID()
	b.Leave()
	if id != "" {
		b.PostMessages(afterwards, poll(id))
	}
}
