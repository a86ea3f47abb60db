// SPDX-License-Identifier: MIT
#include "net/run_sealer.hpp"

#include "base/assert.hpp"

namespace mcast::net {

std::optional<Run> RunSealer::seal(const Run& left) {
    if (counters_) seal_all(left);
    if (!all_good_) return std::nullopt;
    const Run all{packets_, left.segment + crypto::kOverhead, packets_.size(), 1};
    MCAST_ASSERT(left.count <= all.count);
    return all.after(all.count - left.count);
}

void RunSealer::seal_all(const Run& run) {
    const std::size_t most = run.segment + crypto::kOverhead;
    if (memory_.size() < run.count * most) memory_.resize(run.count * most);
    packets_.clear();
    std::uint8_t* out = memory_.data();
    for (std::size_t i = 0; i < run.count; ++i) {
        const auto pieces = run.part(i, 1).pieces;
        std::size_t size = crypto::kOverhead;
        for (const iovec& piece : pieces) size += piece.iov_len;
        MCAST_ASSERT(size <= most);
        counters_->seal(aead_, pieces, out);
        packets_.push_back({out, size});
        out += size;
    }
    counters_.reset();
    all_good_ = !reads_source_ || !spoilt_ || !spoilt_();
}

}  // namespace mcast::net
