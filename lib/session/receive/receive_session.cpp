// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include <mcast/session.hpp>

#include "base/unicode.hpp"
#include "session/loop/deferred_transfer.hpp"
#include "session/loop/driver.hpp"
#include "session/loop/entropy.hpp"
#include "session/loop/host_name.hpp"
#include "session/loop/mailbox.hpp"
#include "session/loop/session_base.hpp"
#include "session/loop/start_thread.hpp"
#include "session/loop/time_limit.hpp"
#include "session/loop/trace_file.hpp"
#include "session/receive/output.hpp"
#include "session/receive/receive_transfer.hpp"
#include "session/words.hpp"
#include "storage/output_path.hpp"

namespace mcast {
namespace session {
namespace {

// At 10 Gbit/s this bridges some 12 ms in which the machine runs something else. Nothing comes to
// the own socket, feedback is small.
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
    if (auto fit = check_host(options.host); !fit) return std::unexpected(std::move(fit.error()));
    protocol::ReceiverConfig config;
    config.node = entropy.node;
    config.challenge = entropy.challenge;
    config.fixed_node = options.node_id.has_value();
    config.plain = options.plain;
    config.host = options.host.empty() ? host_name() : options.host;
    config.wanted_name = options.name;
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

/// What is checked before anything is started, so that a failure needs no undoing.
struct Preparation {
    ReceiveOptions options;
    std::uint64_t seed = 0;
    protocol::ReceiverConfig config;
    std::unique_ptr<TraceFile> trace;
};

Result<Preparation> prepare(ReceiveOptions options) {
    options.output = storage::whole_output(options.output);
    if (auto fit = check_output(options.output, options.name, options.overwrite); !fit)
        return std::unexpected(std::move(fit.error()));
    const auto entropy = draw_entropy(options.node_id);
    if (!entropy) return std::unexpected(entropy.error());
    auto config = make_config(options, *entropy);
    if (!config) return std::unexpected(std::move(config.error()));
    auto trace = open_trace(options.trace, "receiver");
    if (!trace) return std::unexpected(std::move(trace.error()));
    config->trace = trace::Trace(trace->get());
    return Preparation{std::move(options), entropy->seed, std::move(*config), std::move(*trace)};
}

/// `waited` for the interface, which counts for the limit of waiting.
ReceiveTransfer::Parts parts_on(const Preparation& prepared, Channel channel, Duration waited) {
    ReceiveTransfer::Parts parts{prepared.config, prepared.seed, std::move(channel),
                                 prepared.options};
    auto& limit = parts.config.waiting_limit;
    if (limit) *limit -= std::min(waited, *limit);
    return parts;
}

/// The public face: everything is handed to the loop or answered from the snapshot.
class LiveReceiveSession final : public ReceiveSession {
  public:
    LiveReceiveSession(Preparation prepared, net::Waker waker, std::unique_ptr<SessionBase> base)
        : prepared_(std::move(prepared)),
          mailbox_(std::move(waker)),
          base_(std::move(base)),
          deferred_(plan(), *base_),
          driver_(deferred_, mailbox_) {
        if (prepared_.trace) prepared_.trace->on_failure([this](auto why) { base_->warn(why); });
    }

    ~LiveReceiveSession() override {
        std::ignore = cancel("the program ended the session");
        driver_.join();
        base_.reset();
    }

    /// Empty: the interface is still to come.
    [[nodiscard]] Result<void> run(std::optional<Channel> channel) {
        control::Handlers handlers;
        handlers.cancel = [this](const std::string& reason) { return cancel(reason); };
        if (auto served = base_->serve(std::move(handlers)); !served) return served;
        if (channel) deferred_.begin(begin_transfer(std::move(*channel), {}));
        driver_.start();
        return {};
    }

    [[nodiscard]] Status query_status() const override { return base_->snapshot(); }

    [[nodiscard]] Result<void> cancel(std::string_view reason) override {
        if (base_->ended()) return fail(ErrorCode::too_late, "the session has ended");
        mailbox_.post([this, why = std::string(reason)] {
            transfer_ ? transfer_->cancel(why) : deferred_.cancel(why);
        });
        return {};
    }
    bool wait(std::optional<std::chrono::duration<double>> limit) override {
        return base_->wait(limit);
    }

  private:
    DeferredTransfer::Plan plan() {
        DeferredTransfer::Plan plan;
        plan.network = prepared_.options.network;
        plan.sizes = kBuffers;
        plan.limit = prepared_.config.waiting_limit;
        plan.make = [this](Channel channel, Duration waited) -> Result<Transfer*> {
            return with_threads(
                [&]() -> Result<Transfer*> { return &begin_transfer(std::move(channel), waited); });
        };
        return plan;
    }

    Transfer& begin_transfer(Channel channel, Duration waited) {
        transfer_ = std::make_unique<ReceiveTransfer>(
            parts_on(prepared_, std::move(channel), waited), *base_, mailbox_);
        tell_choice();
        return *transfer_;
    }

    /// What was chosen, and what of it is not as good as it could be.
    void tell_choice() {
        const Channel& channel = transfer_->channel();
        base_->emit(Event::Kind::chosen, receiver_choice(channel, prepared_.options.output));
        const auto warning =
            buffer_warning("receive", channel.group.receive_buffer(), "net.core.rmem_max");
        if (!warning.empty()) base_->warn(warning);
    }

    const Preparation prepared_;
    Mailbox mailbox_;
    std::unique_ptr<SessionBase> base_;
    /// The loop's; empty while it waits for an interface.
    std::unique_ptr<ReceiveTransfer> transfer_;
    DeferredTransfer deferred_;
    Driver driver_;
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
        auto waker = net::Waker::open();
        if (!waker) return std::unexpected(std::move(waker.error()));
        auto base =
            SessionBase::create(initial_status(prepared->options, *opening), std::move(observer));
        if (!base) return std::unexpected(std::move(base.error()));
        auto live = std::make_unique<LiveReceiveSession>(std::move(*prepared), std::move(*waker),
                                                         std::move(*base));
        if (auto running = live->run(std::move(opening->channel)); !running) {
            return std::unexpected(running.error());
        }
        return live;
    });
}

}  // namespace mcast
