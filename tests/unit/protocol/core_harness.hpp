// SPDX-License-Identifier: MIT
#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <utility>
#include <variant>
#include <vector>

#include "datagrams.hpp"
#include "protocol/receive/receiver.hpp"
#include "protocol/send/sender.hpp"

namespace mcast::protocol::test {

/// All core time of these tests begins here: zero is what an unset time looks like.
inline constexpr Time kBegin = Time(std::chrono::hours(1));

/// Datagrams that a core sent, kept so that parsed messages can look into them.
class Sent {
  public:
    void add(Bytes datagram) { datagrams_.emplace_back(datagram.begin(), datagram.end()); }
    void clear() { datagrams_.clear(); }
    [[nodiscard]] std::size_t size() const { return datagrams_.size(); }

    /// All messages of that type, in order: of NORM ...
    template <typename Message>
    [[nodiscard]] std::vector<Message> all() const {
        std::vector<Message> found;
        for (const Buffer& datagram : datagrams_) {
            const auto message = wire::parse(datagram);
            if (!message) continue;
            if (const auto* one = std::get_if<Message>(&*message)) found.push_back(*one);
        }
        return found;
    }
    /// ... and of our own: Offer, ReceiverStates, Digests, End in CMD(APPLICATION), Join, Report,
    /// DigestRequest, Done in NORM_REPORT.
    template <typename Private>
    [[nodiscard]] std::vector<Private> all_private() const {
        std::vector<Private> found;
        const auto take = [&](Bytes payload) {
            if (const auto one = Private::parse(payload)) found.push_back(*one);
        };
        for (const auto& command : all<wire::CmdApplication>()) take(command.payload);
        for (const auto& report : all<wire::NormReport>()) take(report.payload);
        return found;
    }
    /// The requests of all NACKs.
    [[nodiscard]] std::vector<wire::RepairRequest> requests() const;
    /// The entries of all lists of receiver states for that receiver.
    [[nodiscard]] std::vector<wire::ReceiverState> states_of(NodeId node) const;

  private:
    std::deque<Buffer> datagrams_;
};

/// Drives a core as a session does, in simulated time, and fails the test when it would make its
/// driver spin or send for ever.
template <typename Core>
class Driven {
  public:
    Driven(Driven&&) noexcept = default;
    virtual ~Driven() = default;
    /// Runs everything that is due within the next `span`; then `now` is at its end.
    void pass(Duration span);
    void pass_until(const std::function<bool()>& condition, Duration limit);

    Time now = kBegin;
    Sent sent;
    Origin from;  ///< of what is heard

  protected:
    explicit Driven(std::unique_ptr<Core> core) : core_(std::move(core)) {}
    virtual void settle() = 0;
    void step(Time until, int& stuck);
    std::unique_ptr<Core> core_;
};

inline constexpr Origin kStranger{.low = 0x666, .port = 6};
inline constexpr Origin kElsewhere{.low = 0x777, .port = 7};

/// Heard from there, once.
template <typename Talk>
void hear_from(Talk& talk, const Origin& from, const Buffer& datagram) {
    const Origin usual = std::exchange(talk.from, from);
    talk.hear(datagram);
    talk.from = usual;
}

struct SentSymbol {
    std::uint32_t block = 0;
    std::uint16_t esi = 0;
    bool repair = false;
    friend bool operator==(const SentSymbol&, const SentSymbol&) = default;
};

class SenderTalk : public Driven<Sender> {
  public:
    explicit SenderTalk(SenderConfig config);
    [[nodiscard]] Sender& core() { return *core_; }
    [[nodiscard]] const Sender& core() const { return *core_; }
    void hear(const Buffer& datagram);
    /// Polls what is due now.
    void settle() override;
    [[nodiscard]] std::size_t count(SenderEvent::Kind kind) const;
    [[nodiscard]] const std::optional<SessionError>& error() const { return events.back().error; }
    /// "success", or the name of the error that it ended with; "running" before that.
    [[nodiscard]] std::string result() const;

    std::vector<SentSymbol> data;  ///< DATA that was sent
    std::vector<SenderEvent> events;

  private:
    Transmit transmit_;
};

/// A sender of `blocks` blocks of ten and ten, at a fixed rate, all its digests known.
[[nodiscard]] SenderConfig sender_config(std::uint32_t blocks = 4);

/// Until all source symbols have been sent once.
void send_all(SenderTalk& talk);

class ReceiverTalk : public Driven<Receiver> {
  public:
    explicit ReceiverTalk(ReceiverConfig config = receiver_config());
    [[nodiscard]] static ReceiverConfig receiver_config();
    [[nodiscard]] Receiver& core() { return *core_; }
    Placement hear(const Buffer& datagram);
    void settle() override;
    [[nodiscard]] std::size_t count(ReceiverEvent::Kind kind) const;
    [[nodiscard]] std::size_t count(Order::Kind kind) const;
    [[nodiscard]] std::string result() const;
    [[nodiscard]] Placement::Kind placed(const Buffer& datagram) { return hear(datagram).kind; }

    bool accepts = true;        ///< each offer, at once
    bool heard_sender = false;  ///< by what was heard last
    bool obeys = true;          ///< verifies, releases and finishes at once, all well
    std::optional<ByteCount> window;
    std::vector<ReceiverEvent> events;
    std::vector<Order> orders;

  private:
    void drain();
    void obey(const Order& order);
    Transmit transmit_;
};

/// A sender that has begun with one receiver.
[[nodiscard]] inline SenderTalk begun_with_one(SenderConfig config = sender_config()) {
    SenderTalk talk(std::move(config));
    talk.hear(receiver().join());
    return talk;
}

/// Offers, confirms, begins: the receiver is in the transfer.
void join(ReceiverTalk& receiver, FakeSender& sender);

inline constexpr NodeId kReceiverNode{0x0a000001};

}  // namespace mcast::protocol::test
