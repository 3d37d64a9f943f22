// Package retarget has the head of a client's opening handshake be for another
// server than it was written for.
package retarget
