// SPDX-License-Identifier: MIT
#include "session/send/send_path.hpp"

#include <algorithm>
#include <thread>
#include <utility>

#include "net/packet_io.hpp"
#include "session/loop/real_clock.hpp"

namespace mcast::session {
namespace {

// The longest time between two looks at the feedback, whose round trips would seem longer else. A
// run takes some microseconds, or half a millisecond if every packet crosses a bridge singly.
constexpr std::chrono::milliseconds kTurn{1};
// ENOBUFS of a device queue leaves the socket writable: POLLOUT would make the loop spin.
constexpr int kRefusalsBeforeRest = 2;
constexpr std::chrono::microseconds kRest{300};
// The queue of a device that sends has room again long before this.
constexpr std::chrono::milliseconds kHopeless{200};
// Fewer packets are sent sooner than another thread wakes.
constexpr std::size_t kLeastAside = 16;
// A packet takes less than 1 us if the device segments, or the kernel does for a fast device.
constexpr std::chrono::microseconds kSlowPacket{3};
constexpr std::chrono::microseconds kMostPacketTime{
    8};  // more means that we had to wait for a processor
constexpr int kSmoothing = 8;

}  // namespace

SendPath::SendPath(protocol::Sender& core, net::UdpSocket& socket, const net::Endpoint& group,
                   const SymbolRun& symbols, const Sealing& sealing)
    : core_(core),
      socket_(socket),
      group_(group),
      seal_(sealing.seal),
      parcels_{Parcel{{}, symbols}, Parcel{{}, symbols}} {
    if (seal_ != nullptr)
        for (Parcel& parcel : parcels_) parcel.sealer.emplace(sealing.spoilt);
    prepare_aside();
}

void SendPath::prepare_aside() {
    if (std::thread::hardware_concurrency() < 2) return;
    if (auto twin = socket_.twin()) aside_.emplace(std::move(*twin), group_);
}

void SendPath::reopened() {
    aside_.reset();
    if (given_ != nullptr) std::exchange(given_, nullptr)->left.reset();
    prepare_aside();
}

Result<SendPath::State> SendPath::pump() {
    fit_buffer();
    Time now = real_now();
    for (const Time end = now + kTurn; now < end; now = real_now()) {
        auto state = collect(now);
        if (state != State::more) return state;
        Parcel* parcel = next(now);
        if (parcel == nullptr) return State::idle;
        if (may_go_aside(*parcel)) {
            give(*parcel);
        } else if (state = send(now, *parcel); state != State::more) {
            return state;
        }
    }
    return State::more;
}

// A run that the other thread gave back unfinished comes first.
SendPath::Parcel* SendPath::next(Time now) {
    const auto ours = [this](const Parcel& parcel) { return &parcel != given_; };
    for (Parcel& parcel : parcels_)
        if (ours(parcel) && parcel.left) return &parcel;
    Parcel& parcel = *std::ranges::find_if(parcels_, ours);
    if (!core_.poll_transmit(now, parcel.transmit)) return nullptr;
    parcel.left = parcel.symbols.build(parcel.transmit);
    if (seal_ != nullptr) {
        const bool data = parcel.transmit.kind() == protocol::Transmit::Kind::data;
        parcel.sealer->begin(seal_->reserve(now, parcel.left->count), data);
    }
    return &parcel;
}

// Only source symbols go aside: parity moves when the next run is built, and packets by which the
// sender measures have to leave at once.
bool SendPath::may_go_aside(const Parcel& parcel) const {
    return aside_ && given_ == nullptr && packet_time_ > kSlowPacket &&
           parcel.left->count >= kLeastAside && parcel.transmit.only_source();
}

void SendPath::give(Parcel& parcel) {
    given_ = &parcel;
    aside_->give(*parcel.left, parcel.seals());
}

Result<SendPath::State> SendPath::collect(Time now) {
    if (given_ == nullptr) return State::more;
    const auto outcome = aside_->take();
    if (!outcome) return State::more;
    return settle(now, *std::exchange(given_, nullptr), *outcome);
}

Result<SendPath::State> SendPath::send(Time now, Parcel& parcel) {
    const Time begin = real_now();
    const auto sent = net::send_packets(socket_, group_, *parcel.left, parcel.seals());
    if (sent && sent->datagrams >= kLeastAside) {
        const auto took = (real_now() - begin) / static_cast<std::int64_t>(sent->datagrams);
        packet_time_ += (std::min<Duration>(took, kMostPacketTime) - packet_time_) / kSmoothing;
    }
    return settle(now, parcel, sent);
}

Result<SendPath::State> SendPath::settle(Time now, Parcel& parcel,
                                         const Result<net::SendOutcome>& sent) {
    if (!sent) {
        parcel.left.reset();
        return std::unexpected(sent.error());
    }
    sent_ += sent->datagrams;
    bytes_ += sent->datagrams * (parcel.left->segment + (seal_ != nullptr ? crypto::kOverhead : 0));
    if (hopeless(now, *sent)) {
        parcel.left.reset();
        return State::more;
    }
    if (sent->blocked) {
        parcel.left = parcel.left->after(sent->datagrams);
        return full(now, sent->datagrams > 0);
    }
    parcel.left.reset();
    refused_ = 0;
    return State::more;
}

// A device that drops the same packet again and again takes no packet of that size. The packet then
// counts as lost on the path, so that it does not hold up smaller ones.
bool SendPath::hopeless(Time now, const net::SendOutcome& sent) {
    if (!sent.refused || sent.datagrams > 0) {
        refused_since_.reset();
        return false;
    }
    if (!refused_since_) refused_since_ = now;
    if (now - *refused_since_ < kHopeless) return false;
    refused_since_.reset();
    return true;
}

void SendPath::fit_buffer() {
    buffer_.fit(core_.rate());
    const std::size_t wanted = buffer_.wanted();
    if (wanted != socket_.send_buffer().asked) socket_.set_send_buffer(wanted);
}

SendPath::State SendPath::full(Time now, bool progressed) {
    // The kernel grants the double, for its own overhead. The usual size counts, since a moment
    // with less is soon over.
    core_.link_busy(now, 2 * std::max(buffer_.usual(), socket_.send_buffer().granted));
    buffer_.on_full(now, bytes_);
    refused_ = progressed ? 0 : refused_ + 1;
    if (refused_ < kRefusalsBeforeRest) return State::blocked;
    resume_at_ = now + kRest;
    return State::resting;
}

}  // namespace mcast::session
