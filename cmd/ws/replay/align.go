package replay

import "slices"

// pair is an answer that was wanted and the same one that came, by their places.
type pair struct{ want, got int }

// mostEdits bounds the search for a longest common subsequence, whose memory grows
// with the square of it. Beyond that many differences in a row it begins anew.
const mostEdits = 1000

// align returns which wanted answers have come: a longest common subsequence of
// want and got, or nearly so if they differ in more than mostEdits answers.
func align(want, got []answer) (all []pair) {
	for x, y := 0, 0; x < len(want) && y < len(got); {
		pairs, end := shortest(want[x:], got[y:])
		for _, p := range pairs {
			all = append(all, pair{x + p.want, y + p.got})
		}
		x, y = x+end.want, y+end.got
	}
	return all
}

// shortest finds the fewest edits that make b of a, and returns what is not edited,
// as Myers has described (An O(ND) Difference Algorithm and Its Variations, 1986):
// far[zero+k] is how far in a one comes with some edits if k more of a than of b
// have gone by. It comes to the ends of a and b, or as far as mostEdits allow.
func shortest(a, b []answer) (kept []pair, end pair) {
	most := min(len(a)+len(b), mostEdits)
	far, zero := make([]int, 2*most+3), most+1
	var before [][]int // far as it was before each number of edits, from -edits to edits
	for edits := range most + 1 {
		before = append(before, slices.Clone(far[zero-edits:zero+edits+1]))
		for k := -edits; k <= edits; k += 2 {
			x, _ := lead(far, zero, k, edits)
			for x < len(a) && x-k < len(b) && same(a[x], b[x-k]) {
				x++
			}
			far[zero+k] = x
			if x >= len(a) && x-k >= len(b) {
				return walkBack(before, k, x), pair{len(a), len(b)}
			}
		}
	}
	k := farthest(far, zero, len(a), len(b))
	x := far[zero+k]
	return walkBack(before, k, x), pair{x, x - k}
}

// lead returns where in a the last of some edits leads to, and by which k it was
// before that.
func lead(far []int, zero, k, edits int) (x, from int) {
	if k == -edits || k != edits && far[zero+k-1] < far[zero+k+1] {
		return far[zero+k+1], k + 1
	}
	return far[zero+k-1] + 1, k - 1
}

// walkBack returns what was kept on the way to x.
func walkBack(before [][]int, k, x int) (kept []pair) {
	for edits := len(before) - 1; edits > 0; edits-- {
		since, from := lead(before[edits], edits, k, edits)
		for ; x > since; x-- {
			kept = append(kept, pair{x - 1, x - 1 - k})
		}
		if from < k {
			x--
		}
		k = from
	}
	for ; x > 0; x-- {
		kept = append(kept, pair{x - 1, x - 1})
	}
	slices.Reverse(kept)
	return kept
}

// farthest returns the k by which most of a and b has gone by, evenly if there are
// several.
func farthest(far []int, zero, a, b int) (best int) {
	most := -1
	for k := 1 - zero; k < zero; k += 2 { // those of the last number of edits, zero-1
		x := far[zero+k]
		if x > a || x-k > b {
			continue
		}
		if gone := 2*x - k; gone > most || gone == most && max(k, -k) < max(best, -best) {
			most, best = gone, k
		}
	}
	return best
}
