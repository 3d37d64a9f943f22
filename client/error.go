package client

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"
	"time"

	"github.com/seed372fb791/rfc6455/handshake"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Stage is how far a dial had come when it failed.
type Stage string

// The stages of a dial, in their order.
const (
	StageURL       Stage = "url"       // the URL or the options are invalid: nothing was connected
	StageConnect   Stage = "connect"   // waiting for other dials, resolving the name, connecting by TCP
	StageProxy     Stage = "proxy"     // choosing a proxy, connecting to it and through it
	StageTLS       Stage = "tls"       // the server's TLS handshake
	StageHandshake Stage = "handshake" // the opening handshake
	StageRedirect  Stage = "redirect"  // a redirect that is not followed
)

// Error says why a dial failed.
type Error struct {
	Stage Stage
	// Host is scheme, host and port of the URL, after redirects of the last one; "" if the URL is invalid.
	Host string
	// Err is the cause. What it can be found to be with errors.As or errors.Is:
	//
	//	*handshake.Error                  the URL, the options, the server's answer, a limit
	//	*websocket.OptionError             an option that means nothing, at StageURL
	//	*ProxyError                       at StageProxy
	//	*net.OpError, *net.DNSError       at StageConnect
	//	*tls.CertificateVerificationError and other errors of crypto/tls, at StageTLS
	//	what Options.CheckRedirect returns, at StageRedirect
	//	io.ErrUnexpectedEOF               the server has closed the connection before its answer was complete
	//	context.Canceled                  and the cause given to the context's cancel function, if any
	//	context.DeadlineExceeded          also when Options.HandshakeTimeout is over
	Err error
}

// Error returns "websocket: dial host: stage: cause".
func (e *Error) Error() string {
	s := "websocket: dial "
	if e.Host != "" {
		s += e.Host + ": "
	}
	return s + string(e.Stage) + ": " + textOf(e.Err)
}

// textOf returns err's text for the end of a longer one.
func textOf(err error) string {
	return strings.TrimPrefix(strings.TrimPrefix(err.Error(), "websocket: "), "handshake: ")
}

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// Code returns the close code by which applications know the failure: CloseTLSHandshake, which never goes over
// the wire, if the server's TLS handshake failed, CloseAbnormal otherwise (section 7.4.1).
//
//rfc:6455-7.1.4-3 6455-7.4.1-19
func (e *Error) Code() websocket.CloseCode {
	if e.Stage == StageTLS {
		return websocket.CloseTLSHandshake
	}
	return websocket.CloseAbnormal
}

// fail returns the *Error of a stage. If ctx has ended that is the cause, whatever followed from it, unless
// the server had answered.
//
//rfc:6455-7.1.7-2
func fail(ctx context.Context, s Stage, u *url.URL, err error) error {
	var answer *handshake.Error
	if end := endOf(ctx); end != nil && !errors.Is(err, context.Cause(ctx)) && !errors.As(err, &answer) {
		err = end
	}
	return &Error{Stage: s, Host: u.Scheme + "://" + u.Host, Err: err}
}

// endOf returns why ctx has ended, nil if it has not: what errors.Is knows by ctx.Err(), together with the cause
// if there is another.
func endOf(ctx context.Context) error {
	if end, ok := ctx.Deadline(); ok && !time.Now().Before(end) {
		<-ctx.Done() // the network's clock may be a moment ahead of the context's
	}
	cause := context.Cause(ctx)
	if cause == nil || errors.Is(cause, ctx.Err()) {
		return cause
	}
	return fmt.Errorf("%w: %w", ctx.Err(), cause)
}

// timeoutError is the end of Options.HandshakeTimeout. It is a context.DeadlineExceeded that says which.
type timeoutError time.Duration

func (e timeoutError) Error() string {
	return fmt.Sprintf("not open after %v, Options.HandshakeTimeout raises the limit", time.Duration(e))
}

// Unwrap makes it a timeout to those who ask for a net.Error as well.
func (e timeoutError) Unwrap() error { return context.DeadlineExceeded }
