// SPDX-License-Identifier: MIT
#include "session/receive/content_store.hpp"

#include <algorithm>
#include <string>

#include "base/assert.hpp"

namespace mcast::session {
namespace {

using protocol::Order;
using protocol::Placement;

constexpr std::size_t kLongestRun = 1024;      // pieces: one pwritev takes no more
constexpr std::size_t kReadBack = 256 * 1024;  // fits the second-level cache

DigestAlgorithm algorithm_of(const protocol::DigestParams& digest) {
    return static_cast<DigestAlgorithm>(digest.algorithm);
}

std::unexpected<Error> unfit(const char* what) {
    return fail(ErrorCode::internal, std::string("the content store was told to ") + what);
}

}  // namespace

ContentStore::ContentStore(storage::Sink& sink, const protocol::ObjectParams& object,
                           const protocol::DigestParams& digest)
    : sink_(sink),
      object_(object),
      digest_(digest),
      partition_(object.partition()),
      codec_(object.block_size, object.parity),
      parity_(object.segment_size),
      block_(std::size_t{object.block_size} * object.segment_size),
      piece_(kReadBack) {
    if (digest.width != 0) {
        hasher_.emplace(algorithm_of(digest), object.size, digest.chunk_size);
    }
    run_.reserve(kLongestRun);
}

std::optional<ByteCount> ContentStore::window() const {
    const auto window = sink_.window();
    if (!window || *window >= object_.size) return window;
    // The core orders a block to be decoded when all the content it needs is inside the window. The
    // rest of the block may reach beyond it.
    return *window > block_.size() ? *window - block_.size() : 0;
}

Result<void> ContentStore::perform(const ReceiveJob& job, StoreOutcome& outcome) {
    std::size_t next = 0;
    for (std::size_t i = 0; i <= job.pieces.size(); ++i) {
        for (; next < job.orders.size() && job.orders[next].after == i; ++next) {
            if (auto done = flush(); !done) return done;
            if (auto done = obey(job.orders[next].order, outcome); !done) return done;
        }
        if (i == job.pieces.size()) break;
        if (auto done = place(job, job.pieces[i]); !done) return done;
    }
    return flush();  // the run points into the job
}

Result<void> ContentStore::place(const ReceiveJob& job, const ReceiveJob::Piece& piece) {
    if (piece.kind == Placement::Kind::source) return append(piece.offset, job.content(piece));
    if (!parity_.add(piece.block, piece.symbol, job.content(piece))) {
        return unfit("keep a parity symbol that is too long");
    }
    return {};
}

Result<void> ContentStore::append(ByteCount offset, Bytes content) {
    if (content.size() > object_.size || offset > object_.size - content.size()) {
        return unfit("write beyond the end");
    }
    return repeats_ ? append_unverified(offset, content) : extend_run(offset, content);
}

// A block that comes again may be wrong, and may reach into chunks that are verified or released.
Result<void> ContentStore::append_unverified(ByteCount offset, Bytes content) {
    while (!content.empty()) {
        const auto chunk = offset / digest_.chunk_size;
        const ByteCount end = (chunk + 1) * ByteCount{digest_.chunk_size};
        const Bytes part = content.first(std::min<ByteCount>(content.size(), end - offset));
        if (!verified(chunk))
            if (auto done = extend_run(offset, part); !done) return done;
        offset += part.size();
        content = content.subspan(part.size());
    }
    return {};
}

Result<void> ContentStore::extend_run(ByteCount offset, Bytes content) {
    if (run_.size() == kLongestRun || (!run_.empty() && offset != run_end_)) {
        if (auto done = flush(); !done) return done;
    }
    if (run_.empty()) run_begin_ = offset;
    // iovec knows no const; the sink only reads.
    run_.push_back({const_cast<std::uint8_t*>(content.data()), content.size()});
    run_end_ = offset + content.size();
    return {};
}

Result<void> ContentStore::flush() {
    if (run_.empty()) return {};
    if (hasher_) {
        ByteCount at = run_begin_;
        for (const auto& piece : run_) {
            hasher_->feed(at, {static_cast<const std::uint8_t*>(piece.iov_base), piece.iov_len});
            at += piece.iov_len;
        }
    }
    auto written = sink_.write(run_begin_, run_);
    run_.clear();
    return written;
}

Result<void> ContentStore::obey(const Order& order, StoreOutcome& outcome) {
    switch (order.kind) {
        case Order::Kind::decode:
            return decode(order);
        case Order::Kind::forget:
            parity_.erase(order.block, order.block + 1);
            return {};
        case Order::Kind::zeros:
            return put_zeros(order.offset, order.end);
        case Order::Kind::end:
            return end_at(order.offset);
        case Order::Kind::verify: {
            const auto good = verify(order.chunk, order.digest);
            if (!good) return std::unexpected(good.error());
            outcome.verdicts.push_back({order.chunk, *good});
            return {};
        }
        case Order::Kind::release: {
            const ByteCount offset = releasable(order.offset);
            forget_parity(0, offset);
            outcome.tasks.emplace_back(Release{offset});
            return {};
        }
        case Order::Kind::finish:
            outcome.tasks.emplace_back(finish());
            return {};
    }
    return unfit("do something unknown");
}

// The first and the last block may reach into chunks that are verified or released.
Result<void> ContentStore::put_zeros(ByteCount begin, ByteCount end) {
    if (!hasher_ || begin > end || end > object_.size) return unfit("put zeros beyond the end");
    repeats_ = true;        // content that belies them comes for a block that was complete
    ByteCount run = begin;  // zeros that are not put yet begin here
    while (begin < end) {
        const ByteCount chunk = begin / digest_.chunk_size;
        const ByteCount next = std::min<ByteCount>(end, (chunk + 1) * digest_.chunk_size);
        if (verified(chunk)) {
            if (auto done = put_zero_run(run, begin); !done) return done;
            run = next;
        }
        begin = next;
    }
    return put_zero_run(run, end);
}

Result<void> ContentStore::put_zero_run(ByteCount begin, ByteCount end) {
    if (begin >= end) return {};
    hasher_->feed_zeros(begin, end);
    return sink_.write_zeros(begin, end);
}

// Content that has come beyond the end is of no block and no chunk any more.
Result<void> ContentStore::end_at(ByteCount size) {
    object_.size = size;
    partition_ = object_.partition();
    if (hasher_) hasher_->end_at(size);
    return sink_.end_at(size);
}

Result<void> ContentStore::decode(const Order& order) {
    if (order.block >= partition_.block_count()) return unfit("decode beyond the end");
    if (auto done = gather_symbols(order); !done) return done;
    const std::size_t length = partition_.parity_size(order.block);
    const auto symbols = partition_.block_length(order.block);
    if (!codec_.decode(symbols, received_, order.missing, length, decoded_)) {
        return unfit("decode what cannot be solved");
    }
    for (const auto symbol : order.missing) {
        const Bytes content = room_for(symbol).first(partition_.symbol_size(order.block, symbol));
        if (auto done = append(partition_.offset(order.block, symbol), content); !done) return done;
    }
    parity_.erase(order.block, order.block + 1);
    return {};  // the run points into block_: perform() flushes it before the next order
}

Result<void> ContentStore::gather_symbols(const Order& order) {
    const auto symbols = partition_.block_length(order.block);
    received_.clear();
    decoded_.clear();
    const bool in_memory = sink_.in_memory();
    if (!in_memory) {
        if (auto done = load_block(order.block); !done) return done;
    }
    for (std::uint16_t i = 0; i < symbols; ++i) {
        if (std::ranges::find(order.missing, i) != order.missing.end()) continue;
        const auto bytes = in_memory ? symbol_at(order.block, i) : room_for(i).data();
        if (!bytes) return std::unexpected(bytes.error());
        received_.push_back({i, *bytes});
    }
    for (const auto symbol : order.missing) {
        if (symbol >= symbols) return unfit("decode beyond the end of a block");
        decoded_.push_back(room_for(symbol).data());
    }
    for (const auto symbol : order.parity) {
        const auto* bytes = parity_.find(order.block, symbol);
        if (bytes == nullptr) return unfit("decode what it does not hold");
        received_.push_back({static_cast<std::uint16_t>(symbols + symbol), bytes});
    }
    return {};
}

Result<void> ContentStore::load_block(std::uint32_t block) {
    // One read for the whole block, gaps included, is cheaper than one for each piece.
    const auto bytes = static_cast<std::size_t>(partition_.block_bytes(block));
    MCAST_ASSERT(bytes <= block_.size());
    std::fill(block_.begin() + static_cast<std::ptrdiff_t>(bytes), block_.end(), std::uint8_t{0});
    return sink_.read(partition_.block_offset(block), MutableBytes(block_).first(bytes));
}

/// Points into the sink, unless the symbol does not lie in one piece or has to be filled up with
/// zeros.
Result<const std::uint8_t*> ContentStore::symbol_at(std::uint32_t block, std::uint16_t symbol) {
    const auto offset = partition_.offset(block, symbol);
    const auto size = partition_.symbol_size(block, symbol);
    const Bytes there = sink_.view(offset);
    if (there.size() >= size && size == partition_.parity_size(block)) return there.data();
    const auto room = room_for(symbol);
    std::ranges::fill(room.subspan(size), std::uint8_t{0});
    if (auto done = sink_.read(offset, room.first(size)); !done)
        return std::unexpected(std::move(done.error()));
    return room.data();
}

MutableBytes ContentStore::room_for(std::uint16_t symbol) {
    return MutableBytes(block_).subspan(std::size_t{symbol} * object_.segment_size,
                                        object_.segment_size);
}

Result<bool> ContentStore::verify(std::uint32_t chunk, Bytes digest) {
    const std::uint32_t count = digest_.chunk_count(object_.size);
    if (!hasher_ || chunk >= count || digest.size() != digest_.width) {
        return unfit("verify without a digest");
    }
    if (verified(chunk)) return std::ranges::equal(chunks_[chunk].span(), digest);
    const ByteCount begin = ByteCount{chunk} * digest_.chunk_size;
    const ByteCount end = std::min(begin + digest_.chunk_size, object_.size);
    if (auto done = hash_rest(chunk, end); !done) return std::unexpected(std::move(done.error()));
    const auto found = hasher_->finished(chunk);
    MCAST_ASSERT(found.has_value());
    hasher_->forget(chunk);
    if (!std::ranges::equal(found->span(), digest)) {
        repeats_ = true;
        return false;
    }
    if (chunks_.size() <= chunk) chunks_.resize(chunk + 1U);
    chunks_[chunk] = *found;
    forget_parity(begin, end);
    return true;
}

/// Hashes content of a chunk that came after a gap: in place if the sink can show it.
Result<void> ContentStore::hash_rest(std::uint32_t chunk, ByteCount end) {
    for (ByteCount at = hasher_->next(chunk); at < end; at = hasher_->next(chunk)) {
        Bytes content = sink_.view(at);
        if (content.empty()) {
            const auto room = MutableBytes(piece_).first(std::min<ByteCount>(end - at, kReadBack));
            if (auto done = sink_.read(at, room); !done) return done;
            content = room;
        }
        hasher_->feed(at, content.first(std::min<ByteCount>(end - at, content.size())));
    }
    return {};
}

Finish ContentStore::finish() const {
    if (!hasher_) return {};
    const auto algorithm = algorithm_of(digest_);
    const auto root = storage::root_digest(algorithm, object_.size, chunks_);
    return {root, storage::to_text(algorithm, root)};
}

// An ordered sink forgets content that it passes on. A block that reaches beyond `offset` has to
// stay until the rest of it is decoded.
ByteCount ContentStore::releasable(ByteCount offset) const {
    if (offset >= object_.size) return object_.size;
    return partition_.block_offset(partition_.block_of_offset(offset));
}

void ContentStore::forget_parity(ByteCount begin, ByteCount end) {
    // Parity stays for blocks that are only partly in the chunk: their rest may be missing.
    const auto first = first_block_from(begin);
    const auto last =
        end >= object_.size ? partition_.block_count() : partition_.block_of_offset(end);
    if (first < last) parity_.erase(first, static_cast<std::uint32_t>(last));
}

std::uint32_t ContentStore::first_block_from(ByteCount offset) const {
    if (offset >= object_.size) return static_cast<std::uint32_t>(partition_.block_count());
    const auto block = partition_.block_of_offset(offset);
    const bool begins_here = partition_.block_offset(block) == offset;
    return static_cast<std::uint32_t>(begins_here ? block : block + 1);
}

}  // namespace mcast::session
