package phone

import (
	"strings"
	"time"

	"github.com/emiago/sipgo/sip"
)

// keepSession agrees to a session timer (RFC 4028): who refreshes is as the other end says, and what is not refreshed ends.
func (c *call) keepSession(req *sip.Request, res *sip.Response) {
	interval, refresher := sessionOf(req)
	if interval == 0 {
		return
	}
	if res != nil && supports(req, "timer") {
		res.AppendHeader(sip.NewHeader("Require", "timer"))
		res.AppendHeader(sip.NewHeader("Session-Expires", sessionExpires(interval, refresher)))
	}
	after, do := interval-min(32*time.Second, interval/3), func() { c.phone.spawn(func() { c.hangUp(c.phone.life) }) }
	if refresher == "uas" {
		after, do = interval/2, c.refreshSession
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.refresh != nil {
		c.refresh.Stop()
	}
	select {
	case <-c.over:
	default:
		c.refresh = time.AfterFunc(after, do)
	}
}

// refreshSession is a re-INVITE that changes nothing.
func (c *call) refreshSession() {
	c.mu.Lock()
	if again := c.holding; c.wanted == nil && !c.offering {
		c.wanted = &again
	}
	c.mu.Unlock()
	c.phone.spawn(c.change)
}

func supports(req *sip.Request, option string) bool {
	for _, name := range []string{"Supported", "k", "Require"} {
		for o := range strings.SplitSeq(valueOf(req, name), ",") {
			if strings.EqualFold(strings.TrimSpace(o), option) {
				return true
			}
		}
	}
	return false
}
