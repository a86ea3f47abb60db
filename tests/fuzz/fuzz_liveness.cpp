// SPDX-License-Identifier: MIT
#include <cstdio>
#include <deque>
#include <memory>

#include "hostile.hpp"
#include "sim/simulation.hpp"

using namespace mcast;
using namespace mcast::fuzz;
using protocol::Member;
using protocol::test::Buffer;
using protocol::test::FakeReceiver;
using protocol::test::FakeSender;
using std::chrono::milliseconds;
using std::chrono::seconds;

namespace {

constexpr Duration kTimeout = seconds(3);     // of both ends
constexpr Duration kToReceive = seconds(30);  // on top of what it takes undisturbed
constexpr Duration kToEnd = seconds(240);     // a large group on a slow link reports once a minute
constexpr std::uint32_t kFewStrangers = 48;   // by nodes
constexpr std::uint32_t kSmallestStreamChunk = 64 << 10;
constexpr std::uint64_t kGenuine = 1;  // challenge of the receiver

sim::Scenario scenario_from(Input& input) {
    sim::Scenario scenario;
    scenario.size = 1 + input.u16() % 400'000;
    scenario.segment = 1000;
    scenario.block = static_cast<std::uint16_t>(1 + input.u8() % 64);
    scenario.parity = input.u8() % 64;
    scenario.chunk = 16'000;
    scenario.up.delay = scenario.down.delay = milliseconds(1 + input.u8() % 20);
    const std::uint8_t rate = input.u8();  // in Mbit/s
    scenario.rate.reset();
    if (rate > 0) scenario.rate = DataRate::bits_per_second(1e6 + 1e5 * rate);
    const std::uint8_t how = input.u8();
    if (how & 1) scenario.on_slow = {true, 1'000'000};
    if (how & 2) scenario.window = 128'000;
    if (how & 4) scenario.proactive.reset();
    if (how & 16) {
        scenario.stream = sim::StreamSpec{.buffer = 256 << 10};
        scenario.chunk = kSmallestStreamChunk;
    }
    // Never so many: it begins when the receiver is there (`mcsend start`), whoever else is.
    scenario.begin_with = how & 8 ? 1000 : kFewStrangers + 12;
    scenario.progress_limit = kTimeout;
    scenario.seed = input.u8();
    return scenario;
}

/// A transfer to one receiver over a perfect network, and somebody who disturbs it.
class Attack {
  public:
    Attack(const sim::Scenario& scenario, bool forges, Input& input)
        : input_(input),
          forges_(forges),
          size_(scenario.size),
          simulation_(scenario),
          until_(simulation_.now()) {
        const auto& config = sender().config();
        self_.object = config.object;
        self_.digest = config.digest;
        self_.node = config.node;
        self_.instance = config.instance;
        self_.transfer = config.transfer;
        self_.root = {};
    }

    void pass(Duration span) {
        until_ += span;
        simulation_.run_until([] { return false; }, until_ - simulation_.now());
        if (!sender().started() && genuine() != nullptr) (void)sender().begin(simulation_.now());
    }

    /// As the sender, or as somebody else who knows all that it says.
    void tell_receiver() {
        FakeSender sender = self_;
        if (known()) sender.challenge = kGenuine;
        Buffer datagram = sender_says(sender, node().core->node(), input_);
        mutate(datagram, input_);
        // The first offer that is heard is taken, whoever makes it.
        const bool chosen = node().core->offer().transfer == self_.transfer;
        if (node().ended || (!chosen && is_offer(datagram))) return;
        const Time now = simulation_.now();
        if (forges_) {
            auto copy = std::make_shared<const sim::Datagram>(std::move(datagram));
            return node().run(now + Duration(1), {{now, std::move(copy)}});
        }
        const auto handled = node().core->handle(now, datagram, {.low = 0x666, .port = 6});
        EXPECT_ALWAYS(handled.placement.kind == protocol::Placement::Kind::none);
        node().poke(now);
    }

    void tell_sender() {
        FakeReceiver receiver = somebody();
        const bool wave = input_.u8() == 255 && room_for_large_group();
        Buffer datagram = receiver_says(receiver, self_.object.id, input_);
        if (!wave) {
            mutate(datagram, input_);
            return to_sender(receiver.node, std::move(datagram));
        }
        for (std::uint32_t i = 0; i < 120; ++i) {
            receiver.node = NodeId{1000 + i};
            to_sender(receiver.node, receiver.join());
        }
    }

    /// A sender beside ours: of the same node, the same name, or anything else.
    void tell_sender_of_another() {
        Buffer datagram = sender_says(self_, node().core->node(), input_);
        mutate(datagram, input_);
        to_sender(self_.node, std::move(datagram));
    }

    /// From here on nobody disturbs.
    void expect_outcome() {
        pass(Duration::zero());
        const double undisturbed = 8.0 * static_cast<double>(size_) / 1e6;
        const bool received =
            wait(kToReceive + from_seconds(undisturbed), [this] { return node().ended; });
        expect(received || forges_);
        expect(!node().error || forges_);
        // A sender waits as long as its user likes for more than there are.
        if (forges_ && node().ended && !sender().started()) return;
        expect(wait(kToEnd, [this] { return simulation_.sender_ended() && node().ended; }));
        expect(node().finals == 1 && simulation_.sender_finals() == 1);
        if (forges_) return;
        const Member* member = genuine();
        expect(member != nullptr && member->state == State::success);
        const auto error = simulation_.sender_error();
        if (sender().receivers().size() == 1)
            expect(simulation_.verdict() == "all verified");
        else
            expect(!error || error->code == ErrorCode::receivers_failed);
    }

  private:
    [[nodiscard]] protocol::Sender& sender() { return simulation_.sender(); }
    [[nodiscard]] sim::Node& node() { return simulation_.receivers().front(); }
    /// As the sender knows it, maybe from another address when it has fallen silent.
    [[nodiscard]] const Member* genuine() {
        for (const Member& member : sender().receivers())
            if (member.challenge == kGenuine) return &member;
        return nullptr;
    }
    /// Its challenge has been in a list of receiver states, for all to hear.
    [[nodiscard]] bool known() { return genuine() != nullptr; }
    [[nodiscard]] bool room_for_large_group() {
        return sender().started() || sender().config().begin_with > 200;
    }

    /// For whoever reads what broke it.
    void print_state() {
        std::fprintf(stderr, "receiver: waits for %d%s\nsender: waits for %d%s\n",
                     static_cast<int>(node().core->waiting_for().kind),
                     node().error ? node().error->message.c_str() : "",
                     static_cast<int>(sender().waiting_for().kind),
                     simulation_.sender_error() ? simulation_.sender_error()->message.c_str() : "");
        for (const Member& member : sender().receivers())
            std::fprintf(stderr, "  node %x, challenge %llx, port %u: state %d, %llu bytes, %s\n",
                         raw(member.node), static_cast<unsigned long long>(member.challenge),
                         member.origin.port, static_cast<int>(member.state),
                         static_cast<unsigned long long>(member.bytes_done),
                         member.error ? member.error->message.c_str() : "");
    }
    void expect(bool condition) {
        if (!condition) print_state();
        EXPECT_ALWAYS(condition);
    }

    bool wait(Duration limit, const std::function<bool()>& condition) {
        const Time stop = until_ + limit;
        while (!condition()) {
            if (until_ >= stop) return false;
            pass(milliseconds(50));
        }
        return true;
    }

    static bool is_offer(Bytes datagram) {
        const auto message = wire::parse(datagram);
        if (!message || !std::holds_alternative<wire::CmdApplication>(*message)) return false;
        return wire::Offer::parse(std::get<wire::CmdApplication>(*message).payload).has_value();
    }

    FakeReceiver somebody() {
        FakeReceiver receiver;
        const std::uint8_t who = input_.u8();
        const bool as_genuine = forges_ || who < 64;
        receiver.node = as_genuine ? node().core->node() : NodeId{2 + who % kFewStrangers};
        if (as_genuine && known()) receiver.challenge = kGenuine;
        receiver.sender = self_.node;
        receiver.instance = self_.instance;
        receiver.transfer = self_.transfer;
        receiver.root = self_.root;
        if (const std::uint8_t wrong = input_.u8(); wrong > 250) receiver.root[0] = wrong;
        if (input_.u8() & 1) receiver.response = {3600U + input_.u8(), input_.u32() % 1'000'000};
        return receiver;
    }

    void to_sender(NodeId as, Buffer datagram) {
        if (simulation_.sender_ended()) return;
        const Time now = simulation_.now();
        if (forges_) return simulation_.trunk().post(0, {now, std::move(datagram)});
        const std::uint16_t port = static_cast<std::uint16_t>(2 + raw(as) % 60'000);
        sender().handle(now, datagram, {.low = 0x666, .port = port});
        simulation_.trunk().poke(now);
    }

    Input& input_;
    bool forges_;
    ByteCount size_;
    sim::Simulation simulation_;
    Time until_;
    FakeSender self_;  // what our sender says
};

}  // namespace

// After any history of hostile datagrams a genuine transfer comes to its end in bounded time. Of
// strangers, who send from addresses of their own: the receiver has it all, and the sender knows
// so. They may take part and fail, which the sender says. Of those who forge the addresses of both
// ends: both ends end.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    Input input(Bytes(data, size));
    const bool forges = input.u8() & 1;
    const sim::Scenario scenario = scenario_from(input);
    Attack attack(scenario, forges, input);
    for (int n = 0; n < 150 && !input.empty(); ++n) {
        const std::uint8_t what = input.u8();
        if (what < 64)
            attack.pass(milliseconds(what));
        else if (what < 80)
            attack.pass(milliseconds(50) * (what - 63));
        else if (what < 160)
            attack.tell_receiver();
        else if (what < 240)
            attack.tell_sender();
        else
            attack.tell_sender_of_another();
    }
    attack.expect_outcome();
    return 0;
}
