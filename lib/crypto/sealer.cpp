// SPDX-License-Identifier: MIT
#include "crypto/sealer.hpp"

#include <utility>

#include "base/assert.hpp"

namespace mcast::crypto {

void Reservation::seal(Aead& aead, std::span<const iovec> pieces, std::uint8_t* out) {
    MCAST_ASSERT(left_ > 0);
    const std::span<std::uint8_t, kHeadSize> head(out, kHeadSize);
    write_head(head_, head);
    aead.use(key_);
    aead.seal(head_.counter, head, pieces, out + kHeadSize);
    ++head_.counter;
    --left_;
}

Result<Sealer> Sealer::create(const GroupKey& key, Side side) {
    if (!is_available(fastest_suite()))
        return fail(ErrorCode::unsupported,
                    "the libcrypto of this machine has no cipher to seal packets with");
    auto stream = OwnStream::draw();
    if (!stream) return std::unexpected(std::move(stream.error()));
    return Sealer(key, side, std::move(*stream));
}

Sealer::Sealer(const GroupKey& key, Side side, OwnStream stream)
    : group_(key),
      stream_(std::move(stream)),
      head_{.side = side, .suite = fastest_suite(), .key_id = key.id()} {}

Reservation Sealer::reserve(Time now, std::uint64_t count) {
    const auto range = stream_.take(now, count);
    if (!derived_ || !(head_.stream == range.stream)) {
        head_.stream = range.stream;
        key_ = group_.stream_key(head_, answered_);
        derived_ = true;
    }
    Head first = head_;
    first.counter = range.first;
    return {first, key_, count};
}

void Sealer::answer(std::uint64_t session) {
    if (answered_ == session) return;
    answered_ = session;
    derived_ = false;
}

}  // namespace mcast::crypto
