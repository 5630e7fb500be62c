package phone

import (
	"context"
	"errors"
	"strings"

	"github.com/emiago/sipgo"
	"github.com/emiago/sipgo/sip"
)

var errNoPassword = errors.New("a password is asked for, and there is none")

// mostChallenges is how often one request is sent again with credentials: a nonce may be over, which costs another time.
const mostChallenges = 3

// do sends a request of the telephone and returns its final answer. Where credentials are asked for it is sent again with them.
func (p *Phone) do(ctx context.Context, req *sip.Request) (*sip.Response, error) {
	res, err := p.client.Do(ctx, req)
	for n := 0; n < mostChallenges && err == nil && challenges(res) && p.o.Password != "" && mayHelp(req, res); n++ {
		again, digestErr := p.client.DoDigestAuth(ctx, req, res, sipgo.DigestAuth{Username: p.o.AuthUser, Password: p.o.Password})
		if digestErr != nil && ctx.Err() == nil && !errors.Is(digestErr, sip.ErrTransactionTimeout) {
			return res, nil // a challenge that cannot be answered
		}
		res, err = again, digestErr
	}
	return res, err
}

// challenges reports whether an answer asks for credentials.
func challenges(res *sip.Response) bool {
	return res.StatusCode == sip.StatusUnauthorized || res.StatusCode == sip.StatusProxyAuthRequired
}

// mayHelp reports whether credentials were not sent to who asks for them, or were right but for the nonce, which was over.
func mayHelp(req *sip.Request, res *sip.Response) bool {
	asked, given := "WWW-Authenticate", "Authorization"
	if res.StatusCode == sip.StatusProxyAuthRequired {
		asked, given = "Proxy-Authenticate", "Proxy-Authorization"
	}
	challenge := strings.ToLower(strings.NewReplacer(" ", "", `"`, "").Replace(valueOf(res, asked)))
	return req.GetHeader(given) == nil || strings.Contains(challenge, "stale=true")
}
