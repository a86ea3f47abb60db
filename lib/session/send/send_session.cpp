// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <mcast/session.hpp>

#include "session/loop/entropy.hpp"
#include "session/loop/live_session.hpp"
#include "session/loop/loopback_filter.hpp"
#include "session/loop/session_key.hpp"
#include "session/loop/start_thread.hpp"
#include "session/loop/trace_file.hpp"
#include "session/notices.hpp"
#include "session/send/send_config.hpp"
#include "session/send/send_transfer.hpp"

namespace mcast {
namespace session {
namespace {

// Feedback of thousands of receivers may come at once. Packets that are not due yet wait in the
// core, so the send buffer only has to bridge the loop's own pauses.
constexpr BufferSizes kBuffers{
    .group_receive = 1U << 20, .own_receive = 4U << 20, .own_send = 2U << 20, .tell_drops = true};

BufferSizes needs(const SendOptions& options) {
    BufferSizes sizes = kBuffers;
    sizes.ports = feedback_ports(options.network, options.feedback_port);
    return sizes;
}

// The largest packets that any interface carries. Options are checked with this, so that an error
// is told even before there is an interface.
constexpr std::size_t kMostCapacity = 8972;

/// Everything that is opened before the session starts, so that a failure leaves nothing to undo.
struct Preparation {
    SendOptions options;
    Entropy entropy;
    std::unique_ptr<storage::Source> source;  ///< null: a stream
    std::string caution;                      ///< about the source
    std::optional<StreamInput> input;         ///< of a stream
    protocol::SenderConfig config;            ///< preliminary, until the interface is known
    std::unique_ptr<TraceFile> trace;
    OptionalKey key;
};

Status initial_status(const Preparation& prepared, const Opening& opening) {
    const NetworkOptions& network = prepared.options.network;
    Status status;
    status.role = Role::sender;
    status.name = prepared.config.name;
    if (!prepared.config.object.open()) status.bytes_total = prepared.config.object.size;
    status.bytes_expected = prepared.config.size_hint;
    status.group = group_text(network);
    if (opening.channel) {
        status.interface = opening.channel->choice.interface.name;
        status.feedback_port = opening.channel->own.local().port();
        status.waiting_for = waiting_text("waiting for receivers", *opening.channel);
    } else {
        status.waiting_for = interface_wait_text(opening.awaited);
    }
    if (!prepared.options.meta.empty()) status.meta = prepared.options.meta;
    return status;
}

Result<void> open_content(Preparation& prepared) {
    if (is_stream(prepared.options)) {
        const std::string& command = prepared.options.exec;
        auto input = command.empty() ? open_standard_input() : start_producer(command);
        if (!input) return std::unexpected(std::move(input.error()));
        prepared.input = std::move(*input);
        return {};
    }
    auto source = storage::open_source(prepared.options.path);
    if (!source) return std::unexpected(std::move(source.error()));
    prepared.source = std::move(*source);
    prepared.caution = prepared.source->caution();
    return {};
}

Result<protocol::SenderConfig> config_of(const Preparation& prepared, std::size_t capacity) {
    const ByteCount size = prepared.source ? prepared.source->size() : 0;
    const std::size_t envelope = envelope_size(prepared.key);
    auto config = make_config(prepared.options, prepared.entropy, size, capacity - envelope);
    if (config) config->envelope = envelope;
    return config;
}

Result<Preparation> prepare(SendOptions options) {
    if (auto right = check_options(options); !right) return std::unexpected(right.error());
    const auto entropy = draw_entropy(options.node_id);
    if (!entropy) return std::unexpected(entropy.error());
    Preparation prepared{.options = std::move(options), .entropy = *entropy};
    auto key = load_key(prepared.options.network);
    if (!key) return std::unexpected(std::move(key.error()));
    prepared.key = std::move(*key);
    if (auto opened = open_content(prepared); !opened) return std::unexpected(opened.error());
    auto config = config_of(prepared, kMostCapacity);
    if (!config) return std::unexpected(std::move(config.error()));
    prepared.config = std::move(*config);
    auto trace = open_trace(prepared.options.trace, "sender");
    if (!trace) return std::unexpected(std::move(trace.error()));
    prepared.trace = std::move(*trace);
    return prepared;
}

// The buffer of a stream depends on what a packet holds, and so on the interface.
Result<void> take_stream(Preparation& prepared, SendTransfer::Parts& parts) {
    const protocol::ObjectParams& object = parts.config.object;
    auto ring = storage::RingSource::create(parts.config.buffer, object.block_bytes(), object.size);
    if (!ring) return std::unexpected(std::move(ring.error()));
    parts.stream.emplace(ring->get(), std::move(*prepared.input));
    parts.source = std::move(*ring);
    return {};
}

/// `waited` is the time until there was an interface; it counts towards the limit of waiting.
Result<SendTransfer::Parts> parts_on(Preparation& prepared, Channel channel, Duration waited) {
    const auto capacity = net::datagram_capacity(channel.choice.interface, channel.address.is_v6());
    auto config = config_of(prepared, capacity);
    if (!config) return std::unexpected(std::move(config.error()));
    if (prepared.source) config->stored = prepared.source->stored();
    config->trace = trace::Trace(prepared.trace.get());
    if (config->waiting_limit) *config->waiting_limit -= std::min(waited, *config->waiting_limit);
    SendTransfer::Parts parts{.config = std::move(*config),
                              .seed = prepared.entropy.seed,
                              .source = std::move(prepared.source),
                              .stream = {},
                              .channel = std::move(channel)};
    if (auto sealed = make_seal(prepared.key, crypto::Side::sender, parts.channel, parts.seal);
        !sealed)
        return std::unexpected(std::move(sealed.error()));
    if (prepared.input)
        if (auto taken = take_stream(prepared, parts); !taken)
            return std::unexpected(std::move(taken.error()));
    return parts;
}

/// Tells what was chosen, with a warning for each choice that could be better.
void tell_choice(const Preparation& prepared, const SendTransfer& transfer, SessionFront& base) {
    const SendOptions& options = prepared.options;
    const Channel& channel = transfer.channel();
    const std::string& meta = transfer.meta();
    base.update([&](Status& status) {
        if (!meta.empty()) status.meta = meta;
        status.feedback_port = channel.own.local().port();
    });
    const Status status = base.snapshot();
    base.emit(Event::Kind::chosen,
              sender_choice(channel, status.name, status.bytes_total, options.rate_bps));
    if (is_stream(options) && options.receivers == 0 && options.expect.empty() &&
        !options.start_after)
        base.warn(early_stream_text());
    const auto warning = buffer_warning("send", channel.own.send_buffer(), "net.core.wmem_max");
    if (!warning.empty()) base.warn(warning);
    if (!prepared.caution.empty()) base.warn(prepared.caution);
    if (meta.size() < options.meta.size()) base.warn(short_meta_text(meta.size(), channel));
    const auto filtered =
        drop_own_data(channel.group.fd(), channel.own.local(), channel.key_id.has_value());
    if (!filtered) base.warn(filtered.error().message);
}

/// The public face.
class LiveSendSession final : public SendSession {
  public:
    LiveSendSession(Preparation prepared, net::Waker waker, std::unique_ptr<SessionFront> base)
        : prepared_(std::move(prepared)), live_(plan(), std::move(waker), std::move(base)) {
        if (prepared_.trace)
            prepared_.trace->on_failure([this](const std::string& why) { live_.base().warn(why); });
    }

    /// Without `parts` the session waits for an interface.
    [[nodiscard]] Result<void> run(std::optional<SendTransfer::Parts> parts) {
        return live_.run(commands(), std::move(parts));
    }

    [[nodiscard]] Status query_status() const override { return live_.query_status(); }
    [[nodiscard]] Result<void> cancel(std::string_view reason) override {
        return live_.cancel(reason);
    }
    bool wait(std::optional<std::chrono::duration<double>> limit) override {
        return live_.wait(limit);
    }
    [[nodiscard]] Result<void> begin() override {
        return live_.ask([](SendTransfer& transfer) { return transfer.begin(); });
    }
    [[nodiscard]] Result<void> drain() override {
        return live_.ask([](SendTransfer& transfer) -> Result<void> {
            transfer.drain();
            return {};
        });
    }
    [[nodiscard]] Result<void> set_rate(std::optional<std::uint64_t> bps) override {
        if (bps && *bps == 0) return fail(ErrorCode::usage, "a rate of 0 sends nothing");
        return live_.ask([bps](SendTransfer& transfer) -> Result<void> {
            transfer.set_rate(bps);
            return {};
        });
    }
    [[nodiscard]] Result<void> detach(std::string_view receiver) override {
        return live_.ask(
            [who = std::string(receiver)](SendTransfer& transfer) { return transfer.detach(who); });
    }

  private:
    LiveSession<SendTransfer>::Plan plan() {
        return {
            .network = prepared_.options.network,
            .sizes = needs(prepared_.options),
            .limit = prepared_.config.waiting_limit,
            .parts =
                [this](Channel channel, Duration waited) {
                    return parts_on(prepared_, std::move(channel), waited);
                },
            .tell_choice = [this](const SendTransfer& transfer,
                                  SessionFront& base) { tell_choice(prepared_, transfer, base); }};
    }

    control::Handlers commands() {
        control::Handlers handlers;
        handlers.begin = [this] { return begin(); };
        handlers.drain = [this] { return drain(); };
        handlers.set_rate = [this](std::optional<std::uint64_t> bps) { return set_rate(bps); };
        handlers.detach = [this](const std::string& receiver) { return detach(receiver); };
        return handlers;
    }

    Preparation prepared_;
    LiveSession<SendTransfer> live_;  ///< last: its loop refers to what was prepared
};

}  // namespace
}  // namespace session

std::expected<std::unique_ptr<SendSession>, Error> SendSession::start(SendOptions options,
                                                                      Observer observer) {
    using namespace session;
    return with_threads([&]() -> Result<std::unique_ptr<SendSession>> {
        auto prepared = prepare(std::move(options));
        if (!prepared) return std::unexpected(std::move(prepared.error()));
        auto opening = try_open_channel(prepared->options.network, needs(prepared->options));
        if (!opening) return std::unexpected(std::move(opening.error()));
        Status initial = initial_status(*prepared, *opening);
        std::optional<SendTransfer::Parts> parts;
        if (opening->channel) {
            auto made = parts_on(*prepared, std::move(*opening->channel), {});
            if (!made) return std::unexpected(std::move(made.error()));
            parts.emplace(std::move(*made));
        }
        return go_live<LiveSendSession>(std::move(*prepared), std::move(initial),
                                        std::move(observer), std::move(parts));
    });
}

}  // namespace mcast
