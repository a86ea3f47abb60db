// SPDX-License-Identifier: MIT
#include "session/send/send_config.hpp"

#include <cmath>
#include <limits>

#include "base/unicode.hpp"
#include "fec/partition.hpp"
#include "session/loop/host_name.hpp"
#include "session/loop/time_limit.hpp"
#include "session/notices.hpp"
#include "session/send/failure_text.hpp"
#include "storage/digest.hpp"
#include "storage/safe_name.hpp"
#include "wire/norm/data.hpp"
#include "wire/norm/header.hpp"
#include "wire/private/app_offer.hpp"
#include "wire/private/private_head.hpp"

namespace mcast::session {
namespace {

// Large blocks need the least parity for many receivers, and a code word has at most 255 symbols.
// docs/results/repair.md shows that this shape is best from no loss up to 20 %.
constexpr std::uint16_t kBlockSize = 128;
constexpr std::uint16_t kParity = 127;
constexpr std::uint16_t kSmallestSegment = 32;
constexpr std::size_t kLongestMeta = 512;
// A receiver passes on whole chunks, and a buffer has to hold some of them. Of smaller ones a
// stream of terabytes would have too many.
constexpr ByteCount kStreamChunk = 2 << 20;
constexpr std::uint64_t kMostStreamChunks = 1 << 21;
constexpr ByteCount kSmallestBuffer = 16 << 20;
// NRL's receiver counts its buffer in 32 bits.
constexpr ByteCount kLargestPlainBuffer = ByteCount{4032} << 20;

std::unexpected<Error> wrong(std::string what) {
    return fail(ErrorCode::usage, std::move(what));
}

// The number of blocks that the payload id can count (RFC 5510 section 5.1, RFC 5445).
std::uint64_t most_blocks(wire::FecId id) {
    return id == wire::FecId::rs8 ? (1ULL << 24) - 1 : (1ULL << 32) - 1;
}

Result<std::uint16_t> segment_size(const SendOptions& options, std::size_t capacity,
                                   const protocol::ObjectParams& object) {
    const std::size_t room =
        capacity - wire::data_header_size(object.fec_id) - object.symbol_header();
    if (options.segment == 0) return static_cast<std::uint16_t>(room);
    if (options.segment < kSmallestSegment || options.segment > room) {
        return wrong("a segment of " + std::to_string(options.segment) + " bytes: it can be " +
                     std::to_string(kSmallestSegment) + " to " + std::to_string(room) +
                     " on this interface");
    }
    return options.segment;
}

Result<protocol::ObjectParams> object_params(const SendOptions& options, const Entropy& entropy,
                                             ByteCount size, std::size_t capacity) {
    protocol::ObjectParams object;
    object.id = ObjectId{static_cast<std::uint16_t>(entropy.transfer)};
    object.size = size;
    object.block_size = kBlockSize;
    object.parity = kParity;
    object.fec_id = static_cast<wire::FecId>(options.fec_id);
    object.stream = is_stream(options);
    const auto segment = segment_size(options, capacity, object);
    if (!segment) return std::unexpected(segment.error());
    object.segment_size = *segment;
    if (object.stream) object.size = object.stream_limit();
    if (object.partition().block_count() > most_blocks(object.fec_id)) {
        return fail(ErrorCode::unsupported, options.path + " has more blocks than FEC id " +
                                                std::to_string(options.fec_id) +
                                                " can count: take a larger segment" +
                                                (options.fec_id == 5 ? ", or FEC id 129" : ""));
    }
    return object;
}

// As many blocks as the buffer is to hold.
ByteCount buffer_of(const SendOptions& options, const protocol::ObjectParams& object) {
    const ByteCount block = object.block_bytes();
    return (options.buffer + block - 1) / block * block;
}

ByteCount chunk_size_of(const protocol::ObjectParams& object) {
    if (!object.stream) return storage::chunk_size_for(object.size);
    ByteCount chunk = kStreamChunk;
    while (object.stream_limit() / chunk >= kMostStreamChunks) chunk *= 2;
    return chunk;
}

// An offer has to fit into one packet. If the MTU is too small for it, the host is left out, since
// the address says enough, and --meta is cut.
void fit_offer(protocol::SenderConfig& config, std::size_t capacity) {
    std::array<std::uint8_t, 1200> space;
    const std::size_t rest = capacity - wire::kSenderHeader - config.name.size() -
                             wire::Offer{.stream = config.object.stream,
                                         .transfer = config.transfer,
                                         .size_hint = config.size_hint.value_or(0)}
                                 .serialize(space);
    if (config.host.size() + config.meta.size() > rest) config.host.clear();
    if (config.meta.size() > rest) config.meta = wire::wire_text(config.meta, rest);
}

Result<void> apply_limits(const SendOptions& options, protocol::SenderConfig& config) {
    if (options.start_after) {
        const auto limit = duration_of(*options.start_after);
        if (!limit) return std::unexpected(limit.error());
        config.start_after = *limit;
    }
    if (options.timeout) {
        const auto limit = duration_of(*options.timeout);
        if (!limit) return std::unexpected(limit.error());
        config.waiting_limit = *limit;
        config.progress_limit = *limit;
    }
    return {};
}

}  // namespace

bool is_stream(const SendOptions& options) {
    return options.path == "-" || !options.exec.empty();
}

Result<void> check_options(const SendOptions& options) {
    if (options.fec_id != 5 && options.fec_id != 129) {
        return wrong("FEC id " + std::to_string(options.fec_id) + ": it can be 5 or 129");
    }
    if (options.meta.size() > kLongestMeta) {
        return wrong("the meta text is longer than " + std::to_string(kLongestMeta) + " bytes");
    }
    if (!is_utf8(options.meta)) return wrong("the meta text is not UTF-8");
    if (options.rate_bps && *options.rate_bps == 0) return wrong("a rate of 0 sends nothing");
    if (options.plain && !options.network.key.empty()) return wrong(plain_with_key_text());
    if (!is_stream(options) && options.size_hint != 0)
        return wrong("a file has the size that it has: --size-hint is for a stream");
    if (is_stream(options)) {
        if (options.on_slow.detach && !options.on_slow.drop)
            return wrong(
                "a stream is gone when it has been sent: nobody can be left behind for later; "
                "leave --on-slow out, or take --on-slow drop");
        if (options.buffer < kSmallestBuffer)
            return wrong("a buffer below " + std::to_string(kSmallestBuffer >> 20U) + " MiB");
        if (options.plain && options.buffer > kLargestPlainBuffer)
            return wrong("a buffer above " + std::to_string(kLargestPlainBuffer >> 20U) +
                         " MiB, which plain NORM receivers cannot have");
    }
    const double fec = options.fec_percent.value_or(0);
    if (!std::isfinite(fec) || fec < 0 || fec > 100) return wrong("FEC must be 0 to 100 percent");
    if (auto name = offered_name(options); !name) return std::unexpected(std::move(name.error()));
    return {};
}

Result<std::string> offered_name(const SendOptions& options) {
    std::string name = options.name;
    if (name.empty() && is_stream(options)) return "stdin";
    if (name.empty()) name = options.path.substr(options.path.find_last_of('/') + 1);
    auto why = storage::name_objection(name);
    if (why.empty() && !is_utf8(name)) why = "it is not UTF-8";
    if (why.empty() && options.name.empty()) why = storage::unasked_objection(name);
    if (why.empty()) return name;
    return wrong("no receiver takes the name \"" + storage::printable(name) +
                 "\": " + std::string(why) + "; offer it under another one with --session");
}

Result<protocol::SenderConfig> make_config(const SendOptions& options, const Entropy& entropy,
                                           ByteCount size, std::size_t capacity) {
    auto name = offered_name(options);
    if (!name) return std::unexpected(std::move(name.error()));
    auto object = object_params(options, entropy, size, capacity);
    if (!object) return std::unexpected(std::move(object.error()));
    protocol::SenderConfig config;
    config.node = entropy.node;
    config.instance = entropy.instance;
    config.transfer = entropy.transfer;
    config.object = *object;
    config.digest = {static_cast<std::uint8_t>(options.digest),
                     storage::digest_width(options.digest),
                     static_cast<std::uint32_t>(chunk_size_of(*object))};
    if (object->stream) config.buffer = buffer_of(options, *object);
    if (options.size_hint != 0) config.size_hint = options.size_hint;
    config.name = std::move(*name);
    config.host = host_name();
    config.meta = options.meta;
    fit_offer(config, capacity);
    config.expect = options.expect;
    config.plain = options.plain;
    config.begin_with =
        std::max({options.receivers, static_cast<std::uint32_t>(options.expect.size()), 1U});
    if (options.rate_bps) {
        config.rate = DataRate::bits_per_second(static_cast<double>(*options.rate_bps));
    }
    if (options.fec_percent) config.proactive_parity = *options.fec_percent / 100;
    config.on_slow = options.on_slow;
    config.end_text = failure_text;
    if (auto right = apply_limits(options, config); !right) {
        return std::unexpected(std::move(right.error()));
    }
    return config;
}

}  // namespace mcast::session
