package demo

import (
	"bytes"
	"context"
	"embed"
	"html/template"
	"net/http"
	"path"
	"strings"
	"sync"

	"github.com/seed372fb791/rfc6455/server"
	"github.com/seed372fb791/rfc6455/websocket"
)

// Demo is the rooms and their pages: Handle is for server.Server.Handle, and the Demo itself for
// server.Server.Fallback. All methods are safe for concurrent use.
type Demo struct {
	rooms []room
	pages http.ServeMux
}

// New returns a Demo with all rooms, whose chat is that of all processes with the same broker. A nil b connects it with
// none.
func New(b *Broker) *Demo {
	if b == nil {
		b = alone()
	}
	d := &Demo{rooms: []room{newChat(b)}}
	for _, newRoom := range rooms {
		d.rooms = append(d.rooms, newRoom())
	}
	d.page("/{$}", "web/index.html", d.rooms)
	for _, r := range d.rooms {
		d.page("/"+r.Path, "web/"+r.Path+".html", r)
	}
	d.pages.HandleFunc("GET /web/{file}", asset)
	return d
}

// Run keeps going what happens in rooms by itself, such as the changes of prices, until ctx ends.
func (d *Demo) Run(ctx context.Context) {
	var running sync.WaitGroup
	for _, r := range d.rooms {
		if r.run != nil {
			running.Go(func() { r.run(ctx) })
		}
	}
	running.Wait()
}

// Close lets go of what the rooms have, after Run has returned. ctx bounds that.
func (d *Demo) Close(ctx context.Context) {
	for _, r := range d.rooms {
		if r.close != nil {
			r.close(ctx)
		}
	}
}

// Handle serves a connection to the room that the path of its request names: /ws/chat, for example. The room chooses
// how it ends; where there is no room it ends with 4404, after which a page does not try again.
func (d *Demo) Handle(ctx context.Context, c *websocket.Conn) error {
	name, _ := strings.CutPrefix(server.Request(ctx).URL.Path, "/ws/")
	for _, r := range d.rooms {
		if r.Path == name {
			return r.serve(ctx, c)
		}
	}
	return c.Close(ctx, 4404, "there is no such room")
}

// ServeHTTP serves the pages and what belongs to them.
func (d *Demo) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	h := w.Header()
	h.Set("Content-Security-Policy", "default-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("Cache-Control", "no-cache")
	d.pages.ServeHTTP(w, r)
}

var (
	//go:embed web/*.html
	templates embed.FS
	//go:embed web/*.css web/*.js web/*.svg
	assets embed.FS
)

// page serves at pattern the page that is made of a file and page.html, which goes around it.
func (d *Demo) page(pattern, file string, data any) {
	t := template.Must(template.ParseFS(templates, "web/page.html", file))
	var page bytes.Buffer
	if err := t.Execute(&page, data); err != nil {
		panic(err) // a template of ours is wrong
	}
	d.pages.HandleFunc("GET "+pattern, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		w.Write(page.Bytes())
	})
}

// types are those of the assets. What the system has on file for an extension may be something else.
var types = map[string]string{
	".css": "text/css; charset=utf-8",
	".js":  "text/javascript; charset=utf-8",
	".svg": "image/svg+xml",
}

func asset(w http.ResponseWriter, r *http.Request) {
	file := r.PathValue("file")
	w.Header().Set("Content-Type", types[path.Ext(file)])
	http.ServeFileFS(w, r, assets, "web/"+file)
}
