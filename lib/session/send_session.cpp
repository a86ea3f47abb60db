// SPDX-License-Identifier: MIT
#include <memory>
#include <tuple>
#include <utility>

#include <mcast/session.hpp>

#include "session/driver.hpp"
#include "session/echo_filter.hpp"
#include "session/entropy.hpp"
#include "session/mailbox.hpp"
#include "session/send_config.hpp"
#include "session/send_transfer.hpp"
#include "session/session_base.hpp"
#include "session/words.hpp"

namespace mcast {
namespace session {
namespace {

// Feedback of thousands of receivers may come at once; what waits to be sent is held by the core,
// so that the send buffer only has to bridge the loop's own pauses.
constexpr BufferSizes kBuffers{
    .group_receive = 1U << 20, .own_receive = 4U << 20, .own_send = 2U << 20, .tell_drops = true};

Status initial_status(const SendOptions& options, const SendTransfer::Parts& parts) {
    Status status;
    status.role = Role::sender;
    status.name = parts.config.name;
    status.bytes_total = parts.config.object.size;
    status.group = parts.channel.address.to_string();
    status.interface = parts.channel.choice.interface.name;
    status.waiting_for = waiting_text("waiting for receivers", parts.channel);
    if (!options.meta.empty()) status.meta = options.meta;
    return status;
}

/// All of it is opened before anything is started, so that a failure needs no undoing.
Result<SendTransfer::Parts> open_parts(const SendOptions& options) {
    if (auto right = check_options(options); !right) return std::unexpected(right.error());
    const auto entropy = draw_entropy(options.node_id);
    if (!entropy) return std::unexpected(entropy.error());
    auto source = storage::FileSource::open(options.path);
    if (!source) return std::unexpected(std::move(source.error()));
    auto channel = open_channel(options.network, kBuffers);
    if (!channel) return std::unexpected(std::move(channel.error()));
    const auto capacity =
        net::datagram_capacity(channel->choice.interface, channel->address.is_v6());
    auto config = make_config(options, *entropy, (*source)->size(), capacity);
    if (!config) return std::unexpected(std::move(config.error()));
    return SendTransfer::Parts{std::move(*config), entropy->seed, std::move(*source),
                               std::move(*channel)};
}

/// The public face: everything is handed to the loop or answered from the snapshot.
class LiveSendSession final : public SendSession {
  public:
    LiveSendSession(SendTransfer::Parts parts, net::Waker waker, std::unique_ptr<SessionBase> base)
        : mailbox_(std::move(waker)),
          base_(std::move(base)),
          transfer_(std::make_unique<SendTransfer>(std::move(parts), *base_, mailbox_)),
          driver_(*transfer_, mailbox_) {}

    ~LiveSendSession() override {
        std::ignore = cancel("the program ended the session");
        driver_.join();
        base_.reset();
    }

    [[nodiscard]] Result<void> run(const SendOptions& options) {
        if (auto served = base_->serve(commands()); !served) return served;
        tell_choice(options);
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
    [[nodiscard]] Result<void> begin() override {
        return ask([this] { return transfer_->begin(); });
    }
    [[nodiscard]] Result<void> drain() override {
        return ask([this]() -> Result<void> { return transfer_->drain(), Result<void>{}; });
    }
    [[nodiscard]] Result<void> set_rate(std::optional<std::uint64_t> bps) override {
        if (bps && *bps == 0) return fail(ErrorCode::usage, "a rate of 0 sends nothing");
        return ask([this, bps] { return transfer_->set_rate(bps), Result<void>{}; });
    }
    [[nodiscard]] Result<void> detach(std::string_view receiver) override {
        return ask([this, who = std::string(receiver)] { return transfer_->detach(who); });
    }

  private:
    [[nodiscard]] Result<void> ask(std::move_only_function<Result<void>()> command) {
        if (base_->ended()) return fail(ErrorCode::too_late, "the session has ended");
        return mailbox_.call(std::move(command));
    }

    control::Handlers commands() {
        control::Handlers handlers;
        handlers.cancel = [this](const std::string& reason) { return cancel(reason); };
        handlers.begin = [this] { return begin(); };
        handlers.drain = [this] { return drain(); };
        handlers.set_rate = [this](std::optional<std::uint64_t> bps) { return set_rate(bps); };
        handlers.detach = [this](const std::string& receiver) { return detach(receiver); };
        return handlers;
    }

    /// What was chosen, and what of it is not as good as it could be.
    void tell_choice(const SendOptions& options) {
        const Channel& channel = transfer_->channel();
        const Status status = base_->snapshot();
        base_->emit(Event::Kind::chosen, {},
                    sender_choice(channel, status.name, *status.bytes_total, options.rate_bps));
        const auto warning = buffer_warning("send", channel.own.send_buffer(), "net.core.wmem_max");
        if (!warning.empty()) base_->warn(warning);
        const auto filtered = drop_own_data(channel.group.fd(), channel.own.local());
        if (!filtered) base_->warn(filtered.error().message);
    }

    Mailbox mailbox_;
    std::unique_ptr<SessionBase> base_;
    std::unique_ptr<SendTransfer> transfer_;
    Driver driver_;
};

}  // namespace
}  // namespace session

// By value as its sibling's, which keeps them. NOLINTNEXTLINE(performance-unnecessary-value-param)
std::expected<std::unique_ptr<SendSession>, Error> SendSession::start(SendOptions options,
                                                                      Observer observer) {
    using namespace session;
    auto parts = open_parts(options);
    if (!parts) return std::unexpected(std::move(parts.error()));
    auto waker = net::Waker::open();
    if (!waker) return std::unexpected(std::move(waker.error()));
    auto base = SessionBase::create(initial_status(options, *parts), std::move(observer));
    if (!base) return std::unexpected(std::move(base.error()));
    auto live =
        std::make_unique<LiveSendSession>(std::move(*parts), std::move(*waker), std::move(*base));
    if (auto running = live->run(options); !running) return std::unexpected(running.error());
    return live;
}

}  // namespace mcast
