package websocket

import "github.com/seed372fb791/rfc6455/protocol"

// The names of package protocol that programs need beside Conn. go doc of an
// alias shows no methods: follow the links.

// Type is the type of a message, see [protocol.Type].
type Type = protocol.Type

// The types of messages, and what is added to one that is not to be compressed,
// see [protocol.Plain].
const (
	Text   = protocol.Text
	Binary = protocol.Binary
	Plain  = protocol.Plain
)

// Role is the side that an end plays, see [protocol.Role].
type Role = protocol.Role

// The roles, see [protocol.Server].
const (
	Server = protocol.Server
	Client = protocol.Client
)

// Header is the header of a frame, of which Trace is told, see [protocol.Header].
type Header = protocol.Header

// CloseCode is the status code of a Close frame, see [protocol.CloseCode].
type CloseCode = protocol.CloseCode

// The close codes, see [protocol.CloseNormal] and what follows it.
const (
	CloseNormal             = protocol.CloseNormal
	CloseGoingAway          = protocol.CloseGoingAway
	CloseProtocolError      = protocol.CloseProtocolError
	CloseUnsupportedData    = protocol.CloseUnsupportedData
	CloseNoStatus           = protocol.CloseNoStatus
	CloseAbnormal           = protocol.CloseAbnormal
	CloseInvalidPayload     = protocol.CloseInvalidPayload
	ClosePolicyViolation    = protocol.ClosePolicyViolation
	CloseMessageTooBig      = protocol.CloseMessageTooBig
	CloseMandatoryExtension = protocol.CloseMandatoryExtension
	CloseInternalError      = protocol.CloseInternalError
	CloseServiceRestart     = protocol.CloseServiceRestart
	CloseTryAgainLater      = protocol.CloseTryAgainLater
	CloseBadGateway         = protocol.CloseBadGateway
	CloseTLSHandshake       = protocol.CloseTLSHandshake
)

// ErrClosed is matched by every error that says that the connection is over, see
// [protocol.ErrClosed].
var ErrClosed = protocol.ErrClosed

// ProtocolError is a rule or limit that the peer broke, see [protocol.ProtocolError].
type ProtocolError = protocol.ProtocolError

// CloseError is the end as the peer made it, see [protocol.CloseError].
type CloseError = protocol.CloseError

// SendError is a rule that the caller would break, see [protocol.SendError].
type SendError = protocol.SendError

// StateError says that the connection is closing or closed, see [protocol.StateError].
type StateError = protocol.StateError

// OptionError says that an option means nothing, see [protocol.OptionError].
type OptionError = protocol.OptionError

// Compression is the options of permessage-deflate, see [protocol.Compression].
type Compression = protocol.Compression

// CompressionMode turns it on, see [protocol.CompressionMode].
type CompressionMode = protocol.CompressionMode

// The modes of compression, see [protocol.NoCompression].
const (
	NoCompression     = protocol.NoCompression
	NoContextTakeover = protocol.NoContextTakeover
	ContextTakeover   = protocol.ContextTakeover
)

// CompressedStats counts compressed messages, see [protocol.CompressedStats].
type CompressedStats = protocol.CompressedStats

// Budget bounds what connections hold for compression, see [protocol.Budget].
type Budget = protocol.Budget

// NewBudget returns a budget of limit bytes, see [protocol.NewBudget].
func NewBudget(limit int64) *Budget { return protocol.NewBudget(limit) }

// PreparedMessage is a message for many connections, see [protocol.PreparedMessage].
type PreparedMessage = protocol.PreparedMessage

// Prepare prepares a message, see [protocol.Prepare].
func Prepare(typ Type, p []byte) (*PreparedMessage, error) { return protocol.Prepare(typ, p) }
