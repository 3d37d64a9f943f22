package clients

import (
	"bytes"
	"context"

	"github.com/lxzan/gws"
)

// visitGws has the checking of text turned on, and compression with context
// takeover in both directions, as the library advises.
func visitGws(_ context.Context, url string, echo bool) (last []byte, err error) {
	h := gwsHandler{echo: echo}
	c, _, err := gws.NewClient(&h, &gws.ClientOption{
		Addr:             url,
		CheckUtf8Enabled: true,
		PermessageDeflate: gws.PermessageDeflate{
			Enabled: true, ServerContextTakeover: true, ClientContextTakeover: true,
		},
	})
	if err != nil {
		return nil, err
	}
	c.ReadLoop()
	return h.last, nil
}

type gwsHandler struct {
	gws.BuiltinEventHandler
	echo bool
	last []byte
}

func (h *gwsHandler) OnPing(c *gws.Conn, data []byte) { c.WritePong(data) }

func (h *gwsHandler) OnMessage(c *gws.Conn, m *gws.Message) {
	defer m.Close() // gives the memory back
	if h.echo {
		c.WriteMessage(m.Opcode, m.Bytes())
	} else {
		h.last = bytes.Clone(m.Bytes())
	}
}
