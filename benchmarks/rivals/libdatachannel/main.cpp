// libdatachannel, measured by the rules of `turnstone bench`: two peers in this process, over
// loopback. Prints one JSON object with the figures of each round.
#include <rtc/rtc.hpp>

#include <getopt.h>
#include <sys/resource.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <future>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using Clock = std::chrono::steady_clock;

namespace {

constexpr size_t STEP = 1024;
constexpr size_t HIGH_MARK = 4 << 20;
constexpr size_t LEAST_HIGH_MARK = 256 << 10;
// libdatachannel counts 40 bytes of IPv6 and 8 of UDP in: datagrams of at most 1200 bytes.
constexpr size_t MTU = 1200 + 48;

[[noreturn]] void fail(const std::string &why) {
  fprintf(stderr, "libdatachannel: %s\n", why.c_str());
  _Exit(1);
}

// What the messages of a connection hold, the same for sender and receiver.
class Content {
 public:
  explicit Content(size_t size) : message(size) {
    for (size_t i = 0; i < size; i++) message[i] = std::byte(i * 31 + 7);
  }

  const rtc::binary &next() {
    if (message.size() < 8) message[0] = std::byte(number);
    for (size_t at = 0; at + 8 <= message.size(); at += STEP)
      for (int i = 0; i < 8; i++) message[at + i] = std::byte(number >> (8 * (7 - i)));
    number++;
    return message;
  }

  bool matches(const rtc::binary &other) {
    const rtc::binary &wanted = next();
    return other.size() == wanted.size() && memcmp(other.data(), wanted.data(), wanted.size()) == 0;
  }

 private:
  rtc::binary message;
  uint64_t number = 0;
};

struct Pair {
  std::shared_ptr<rtc::PeerConnection> offerer, answerer;
  std::shared_ptr<rtc::DataChannel> near, far;
};

Pair connect() {
  rtc::Configuration configuration;
  configuration.bindAddress = "127.0.0.1";
  configuration.mtu = MTU;
  configuration.maxMessageSize = 262144;
  Pair pair{std::make_shared<rtc::PeerConnection>(configuration),
            std::make_shared<rtc::PeerConnection>(configuration), nullptr, nullptr};
  auto introduce = [](rtc::PeerConnection *from, rtc::PeerConnection *to) {
    from->onLocalDescription([to](rtc::Description description) { to->setRemoteDescription(description); });
    from->onLocalCandidate([to](rtc::Candidate candidate) { to->addRemoteCandidate(candidate); });
  };
  introduce(pair.offerer.get(), pair.answerer.get());
  introduce(pair.answerer.get(), pair.offerer.get());
  auto far = std::make_shared<std::promise<std::shared_ptr<rtc::DataChannel>>>();
  auto opened = std::make_shared<std::promise<void>>();
  pair.answerer->onDataChannel([far](std::shared_ptr<rtc::DataChannel> channel) { far->set_value(channel); });
  pair.near = pair.offerer->createDataChannel("pair");
  pair.near->onOpen([opened] { opened->set_value(); });
  auto farFuture = far->get_future();
  auto openFuture = opened->get_future();
  if (farFuture.wait_for(std::chrono::seconds(30)) != std::future_status::ready ||
      openFuture.wait_for(std::chrono::seconds(30)) != std::future_status::ready)
    fail("did not connect");
  pair.far = farFuture.get();
  return pair;
}

double cpuSeconds() {
  rusage usage;
  getrusage(RUSAGE_SELF, &usage);
  auto of = [](timeval t) { return t.tv_sec + t.tv_usec / 1e6; };
  return of(usage.ru_utime) + of(usage.ru_stime);
}

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

void rest(double seconds) { std::this_thread::sleep_for(std::chrono::duration<double>(seconds)); }

struct Options {
  size_t size = 65536;
  size_t connections = 1;
  int rounds = 3;
  double warmUp = 1;
  double seconds = 2;
};

void printHead(const Options &options) {
  printf("{\"size\":%zu,\"connections\":%zu,\"rounds\":[", options.size, options.connections);
}

// A sender that keeps its channel full; one call at a time is at it.
struct Source {
  explicit Source(size_t size) : content(size) {}
  Content content;
  std::mutex lock;
  bool stopped = false;
};

void throughput(const Options &options) {
  size_t mark = std::max({4 * options.size, LEAST_HIGH_MARK, HIGH_MARK / options.connections});
  std::atomic<long> arrived{0}, sent{0};
  std::vector<Pair> pairs;
  std::vector<std::unique_ptr<Source>> sources;
  for (size_t i = 0; i < options.connections; i++) {
    Pair pair = connect();
    auto expected = std::make_shared<Content>(options.size);
    pair.far->onMessage(
        [expected, &arrived](rtc::binary message) {
          if (!expected->matches(message)) fail("a message is not what was sent");
          arrived.fetch_add(1, std::memory_order_relaxed);
        },
        [](rtc::string) { fail("a text came"); });
    pair.near->setBufferedAmountLowThreshold(mark / 2);
    sources.push_back(std::make_unique<Source>(options.size));
    Source *source = sources.back().get();
    rtc::DataChannel *near = pair.near.get();
    auto fill = [near, source, mark, &sent] {
      // A call from within send leaves the work to the call that is already at it.
      std::unique_lock<std::mutex> turn(source->lock, std::try_to_lock);
      while (turn.owns_lock() && !source->stopped && near->bufferedAmount() < mark) {
        const rtc::binary &message = source->content.next();
        near->send(message.data(), message.size());
        sent.fetch_add(1, std::memory_order_relaxed);
      }
    };
    near->onBufferedAmountLow(fill);
    std::thread(fill).detach();
    pairs.push_back(pair);
  }
  rest(options.warmUp);
  printHead(options);
  for (int i = 0; i < options.rounds; i++) {
    long before = arrived;
    double cpu = cpuSeconds();
    auto begin = Clock::now();
    rest(options.seconds);
    long messages = arrived - before;
    printf("%s{\"seconds\":%.6f,\"messages\":%ld,\"cpuSeconds\":%.6f}", i ? "," : "", since(begin), messages,
           cpuSeconds() - cpu);
  }
  for (auto &source : sources) {
    std::lock_guard<std::mutex> turn(source->lock);
    source->stopped = true;
  }
  auto begin = Clock::now();
  while (arrived < sent && since(begin) < 30) rest(0.005);
  if (arrived != sent) fail("not all that was sent has arrived");
  printf("]}\n");
}

struct Player {
  explicit Player(size_t size) : content(size) {}
  Content content;
  rtc::binary message;
  Clock::time_point begin;
};

void latency(const Options &options) {
  std::mutex lock;
  std::vector<double> times;
  std::vector<Pair> pairs;
  for (size_t i = 0; i < options.connections; i++) {
    Pair pair = connect();
    rtc::DataChannel *near = pair.near.get(), *far = pair.far.get();
    far->onMessage([far](rtc::binary message) { far->send(message.data(), message.size()); }, [](rtc::string) {});
    auto player = std::make_shared<Player>(options.size);
    auto serve = [near, player] {
      player->message = player->content.next();
      player->begin = Clock::now();
      near->send(player->message.data(), player->message.size());
    };
    near->onMessage(
        [player, serve, &lock, &times](rtc::binary echo) {
          double micros = since(player->begin) * 1e6;
          if (echo != player->message) fail("the echo differs from what was sent");
          {
            std::lock_guard<std::mutex> turn(lock);
            times.push_back(micros);
          }
          serve();
        },
        [](rtc::string) {});
    serve();
    pairs.push_back(pair);
  }
  rest(options.warmUp);
  printHead(options);
  for (int i = 0; i < options.rounds; i++) {
    std::vector<double> taken;
    {
      std::lock_guard<std::mutex> turn(lock);
      times.clear();
    }
    double cpu = cpuSeconds();
    auto begin = Clock::now();
    rest(options.seconds);
    cpu = cpuSeconds() - cpu;
    double elapsed = since(begin);
    {
      std::lock_guard<std::mutex> turn(lock);
      taken.swap(times);
    }
    if (taken.empty()) fail("not a single echo came");
    std::sort(taken.begin(), taken.end());
    auto at = [&taken](double share) { return taken[size_t(share * (taken.size() - 1))]; };
    printf("%s{\"seconds\":%.6f,\"roundTrips\":%zu,\"p50Micros\":%.2f,\"p95Micros\":%.2f,\"p99Micros\":%.2f,\"cpuSeconds\":%.6f}",
           i ? "," : "", elapsed, taken.size(), at(0.5), at(0.95), at(0.99), cpu);
  }
  printf("]}\n");
}

}  // namespace

int main(int count, char **words) {
  const option known[] = {{"size", required_argument, nullptr, 's'},     {"connections", required_argument, nullptr, 'c'},
                          {"rounds", required_argument, nullptr, 'r'},   {"warm-up", required_argument, nullptr, 'w'},
                          {"seconds", required_argument, nullptr, 'l'},  {"json", no_argument, nullptr, 'j'},
                          {nullptr, 0, nullptr, 0}};
  Options options;
  for (int letter; (letter = getopt_long(count, words, "", known, nullptr)) != -1;) {
    switch (letter) {
      case 's': options.size = std::stoul(optarg); break;
      case 'c': options.connections = std::stoul(optarg); break;
      case 'r': options.rounds = std::stoi(optarg); break;
      case 'w': options.warmUp = std::stod(optarg); break;
      case 'l': options.seconds = std::stod(optarg); break;
      case 'j': break;
      default: return 2;
    }
  }
  rtc::InitLogger(rtc::LogLevel::Error);
  std::string measure = optind < count ? words[optind] : "";
  if (measure == "throughput") {
    throughput(options);
  } else if (measure == "latency") {
    latency(options);
  } else {
    fprintf(stderr, "throughput or latency?\n");
    return 2;
  }
  fflush(stdout);
  // What still runs in other threads is not waited for.
  _Exit(0);
}
