// SPDX-License-Identifier: MIT
#include <algorithm>
#include <memory>
#include <tuple>
#include <utility>

#include <mcast/session.hpp>

#include "session/driver.hpp"
#include "session/entropy.hpp"
#include "session/mailbox.hpp"
#include "session/receive_transfer.hpp"
#include "session/send_config.hpp"
#include "session/session_base.hpp"
#include "session/words.hpp"

namespace mcast {
namespace session {
namespace {

// At 10 Gbit/s this bridges some 12 ms in which the machine runs something else. Nothing comes to
// the own socket, feedback is small.
constexpr BufferSizes kBuffers{.group_receive = 16U << 20, .own_receive = 0, .own_send = 0};
constexpr std::size_t kLongestHost = 64;

Result<protocol::ReceiverConfig> make_config(const ReceiveOptions& options,
                                             const Entropy& entropy) {
    if (options.host.size() > kLongestHost) {
        return fail(ErrorCode::usage,
                    "the host name is longer than " + std::to_string(kLongestHost) + " bytes");
    }
    if (options.output.empty()) return fail(ErrorCode::usage, "the output has no name");
    protocol::ReceiverConfig config;
    config.node = entropy.node;
    config.challenge = entropy.challenge;
    config.host = options.host.empty() ? host_name() : options.host;
    config.wanted_name = options.name;
    if (options.timeout) {
        const auto limit = duration_of(*options.timeout);
        if (!limit) return std::unexpected(limit.error());
        config.waiting_limit = *limit;
        config.progress_limit = *limit;
    }
    return config;
}

Status initial_status(const ReceiveTransfer::Parts& parts) {
    Status status;
    status.role = Role::receiver;
    status.name = parts.options.name;
    status.group = parts.channel.address.to_string();
    status.interface = parts.channel.choice.interface.name;
    status.waiting_for = waiting_text("waiting for an offer", parts.channel);
    return status;
}

/// All of it is opened before anything is started, so that a failure needs no undoing.
Result<ReceiveTransfer::Parts> open_parts(ReceiveOptions options) {
    const auto entropy = draw_entropy(options.node_id);
    if (!entropy) return std::unexpected(entropy.error());
    auto config = make_config(options, *entropy);
    if (!config) return std::unexpected(std::move(config.error()));
    auto channel = open_channel(options.network, kBuffers);
    if (!channel) return std::unexpected(std::move(channel.error()));
    return ReceiveTransfer::Parts{std::move(*config), entropy->seed, std::move(*channel),
                                  std::move(options)};
}

/// The public face: everything is handed to the loop or answered from the snapshot.
class LiveReceiveSession final : public ReceiveSession {
  public:
    LiveReceiveSession(ReceiveTransfer::Parts parts, net::Waker waker,
                       std::unique_ptr<SessionBase> base)
        : mailbox_(std::move(waker)),
          base_(std::move(base)),
          output_(parts.options.output),
          transfer_(std::make_unique<ReceiveTransfer>(std::move(parts), *base_, mailbox_)),
          driver_(*transfer_, mailbox_) {}

    ~LiveReceiveSession() override {
        std::ignore = cancel("the program ended the session");
        driver_.join();
        base_.reset();
    }

    [[nodiscard]] Result<void> run() {
        control::Handlers handlers;
        handlers.cancel = [this](const std::string& reason) { return cancel(reason); };
        if (auto served = base_->serve(std::move(handlers)); !served) return served;
        const Channel& channel = transfer_->channel();
        base_->emit(Event::Kind::chosen, {}, receiver_choice(channel, output_));
        const auto warning =
            buffer_warning("receive", channel.group.receive_buffer(), "net.core.rmem_max");
        if (!warning.empty()) base_->warn(warning);
        driver_.start();
        return {};
    }

    [[nodiscard]] Status query_status() const override { return base_->snapshot(); }

    [[nodiscard]] Result<void> cancel(std::string_view reason) override {
        if (base_->ended()) return fail(ErrorCode::too_late, "the session has ended");
        mailbox_.post([this, why = std::string(reason)] { transfer_->cancel(why); });
        return {};
    }
    bool wait(std::optional<std::chrono::duration<double>> limit) override {
        return base_->wait(limit);
    }

  private:
    Mailbox mailbox_;
    std::unique_ptr<SessionBase> base_;
    const std::string output_;
    std::unique_ptr<ReceiveTransfer> transfer_;
    Driver driver_;
};

}  // namespace
}  // namespace session

std::expected<std::unique_ptr<ReceiveSession>, Error> ReceiveSession::start(ReceiveOptions options,
                                                                            Observer observer) {
    using namespace session;
    auto parts = open_parts(std::move(options));
    if (!parts) return std::unexpected(std::move(parts.error()));
    auto waker = net::Waker::open();
    if (!waker) return std::unexpected(std::move(waker.error()));
    auto base = SessionBase::create(initial_status(*parts), std::move(observer));
    if (!base) return std::unexpected(std::move(base.error()));
    auto live = std::make_unique<LiveReceiveSession>(std::move(*parts), std::move(*waker),
                                                     std::move(*base));
    if (auto running = live->run(); !running) return std::unexpected(running.error());
    return live;
}

}  // namespace mcast
