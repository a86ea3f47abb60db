// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include <mcast/session.hpp>

#include "base/unicode.hpp"
#include "session/loop/entropy.hpp"
#include "session/loop/host_name.hpp"
#include "session/loop/live_session.hpp"
#include "session/loop/session_key.hpp"
#include "session/loop/start_thread.hpp"
#include "session/loop/time_limit.hpp"
#include "session/loop/trace_file.hpp"
#include "session/notices.hpp"
#include "session/receive/failure_text.hpp"
#include "session/receive/output.hpp"
#include "session/receive/receive_transfer.hpp"
#include "storage/output_path.hpp"

namespace mcast {
namespace session {
namespace {

// At 10 Gbit/s this bridges some 12 ms in which the machine runs something else. The own socket
// receives nothing and sends little feedback.
constexpr BufferSizes kBuffers{.group_receive = 16U << 20, .own_receive = 0, .own_send = 0};

Result<void> check_host(const std::string& host) {
    if (host.size() > kLongestHost)
        return fail(ErrorCode::usage, fmt::format("the host name has {} bytes, {} are possible",
                                                  host.size(), kLongestHost));
    if (!is_utf8(host)) return fail(ErrorCode::usage, "the host name is not UTF-8");
    if (any_character(host, is_control))
        return fail(ErrorCode::usage, "the host name has control characters");
    return {};
}

Result<protocol::ReceiverConfig> make_config(const ReceiveOptions& options,
                                             const Entropy& entropy) {
    if (options.plain && !options.network.key.empty())
        return fail(ErrorCode::usage, plain_with_key_text());
    if (auto fit = check_host(options.host); !fit) return std::unexpected(std::move(fit.error()));
    protocol::ReceiverConfig config;
    config.node = entropy.node;
    config.challenge = entropy.challenge;
    config.fixed_node = options.node_id.has_value();
    config.plain = options.plain;
    config.host = options.host.empty() ? host_name() : options.host;
    config.wanted_name = options.name;
    config.error_text = failure_text;
    for (auto& one : taken_into(options.output))
        config.before.push_back({one.sender, one.instance, one.transfer, std::move(one.session)});
    if (options.timeout) {
        const auto limit = duration_of(*options.timeout);
        if (!limit) return std::unexpected(limit.error());
        config.waiting_limit = *limit;
        config.progress_limit = *limit;
    }
    return config;
}

Status initial_status(const ReceiveOptions& options, const Opening& opening) {
    Status status;
    status.role = Role::receiver;
    status.name = options.name;
    status.group = group_text(options.network);
    if (opening.channel) {
        status.interface = opening.channel->choice.interface.name;
        status.waiting_for = waiting_text("waiting for an offer", *opening.channel);
    } else {
        status.waiting_for = interface_wait_text(opening.awaited);
    }
    return status;
}

/// Everything that is checked before the session starts, so that a failure leaves nothing to undo.
struct Preparation {
    ReceiveOptions options;
    std::uint64_t seed = 0;
    protocol::ReceiverConfig config;
    std::unique_ptr<TraceFile> trace;
    OptionalKey key;
};

Result<Preparation> prepare(ReceiveOptions options) {
    options.output = options.exec.empty() ? storage::whole_output(options.output) : "";
    if (options.exec.empty())
        if (auto fit = check_output(options.output, options.name, options.overwrite); !fit)
            return std::unexpected(std::move(fit.error()));
    const auto entropy = draw_entropy(options.node_id);
    if (!entropy) return std::unexpected(entropy.error());
    auto config = make_config(options, *entropy);
    if (!config) return std::unexpected(std::move(config.error()));
    auto trace = open_trace(options.trace, "receiver");
    if (!trace) return std::unexpected(std::move(trace.error()));
    config->trace = trace::Trace(trace->get());
    auto key = load_key(options.network);
    if (!key) return std::unexpected(std::move(key.error()));
    config->envelope = envelope_size(*key);
    config->confirmed_only = key->has_value();
    return Preparation{std::move(options), entropy->seed, std::move(*config), std::move(*trace),
                       std::move(*key)};
}

/// `waited` is the time until there was an interface; it counts towards the limit of waiting.
Result<ReceiveTransfer::Parts> parts_on(const Preparation& prepared, Channel channel,
                                        Duration waited) {
    ReceiveTransfer::Parts parts{prepared.config, prepared.seed, std::move(channel),
                                 prepared.options};
    auto& limit = parts.config.waiting_limit;
    if (limit) *limit -= std::min(waited, *limit);
    if (auto sealed = make_seal(prepared.key, crypto::Side::receiver, parts.channel, parts.seal);
        !sealed)
        return std::unexpected(std::move(sealed.error()));
    return parts;
}

/// Tells what was chosen, with a warning if the buffer could be better.
void tell_choice(const ReceiveOptions& options, const ReceiveTransfer& transfer,
                 SessionFront& base) {
    const Channel& channel = transfer.channel();
    base.emit(Event::Kind::chosen,
              receiver_choice(channel, options.exec.empty() ? options.output : "a command"));
    const auto warning =
        buffer_warning("receive", channel.group.receive_buffer(), "net.core.rmem_max");
    if (!warning.empty()) base.warn(warning);
}

/// The public face.
class LiveReceiveSession final : public ReceiveSession {
  public:
    LiveReceiveSession(Preparation prepared, net::Waker waker, std::unique_ptr<SessionFront> base)
        : prepared_(std::move(prepared)), live_(plan(), std::move(waker), std::move(base)) {
        if (prepared_.trace)
            prepared_.trace->on_failure([this](const std::string& why) { live_.base().warn(why); });
    }

    /// Without `channel` the session waits for an interface.
    [[nodiscard]] Result<void> run(std::optional<Channel> channel) {
        std::optional<ReceiveTransfer::Parts> parts;
        if (channel) {
            auto made = parts_on(prepared_, std::move(*channel), {});
            if (!made) return std::unexpected(std::move(made.error()));
            parts.emplace(std::move(*made));
        }
        return live_.run({}, std::move(parts));
    }

    [[nodiscard]] Status query_status() const override { return live_.query_status(); }
    [[nodiscard]] Result<void> cancel(std::string_view reason) override {
        return live_.cancel(reason);
    }
    bool wait(std::optional<std::chrono::duration<double>> limit) override {
        return live_.wait(limit);
    }

  private:
    LiveSession<ReceiveTransfer>::Plan plan() {
        return {.network = prepared_.options.network,
                .sizes = kBuffers,
                .limit = prepared_.config.waiting_limit,
                .parts =
                    [this](Channel channel, Duration waited) {
                        return parts_on(prepared_, std::move(channel), waited);
                    },
                .tell_choice =
                    [this](const ReceiveTransfer& transfer, SessionFront& base) {
                        tell_choice(prepared_.options, transfer, base);
                    }};
    }

    const Preparation prepared_;
    LiveSession<ReceiveTransfer> live_;  ///< last: its loop refers to what was prepared
};

}  // namespace
}  // namespace session

std::expected<std::unique_ptr<ReceiveSession>, Error> ReceiveSession::start(ReceiveOptions options,
                                                                            Observer observer) {
    using namespace session;
    return with_threads([&]() -> Result<std::unique_ptr<ReceiveSession>> {
        auto prepared = prepare(std::move(options));
        if (!prepared) return std::unexpected(std::move(prepared.error()));
        auto opening = try_open_channel(prepared->options.network, kBuffers);
        if (!opening) return std::unexpected(std::move(opening.error()));
        Status initial = initial_status(prepared->options, *opening);
        return go_live<LiveReceiveSession>(std::move(*prepared), std::move(initial),
                                           std::move(observer), std::move(opening->channel));
    });
}

}  // namespace mcast
