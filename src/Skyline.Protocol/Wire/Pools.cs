namespace Skyline.Protocol;

/// <summary>A pool that is wanted: builders that come and go together.</summary>
/// <param name="Name">Letters, digits and `._-+`, up to 100, beginning with a letter or digit.</param>
/// <param name="Most">How many builders it has at most, up to 1000.</param>
/// <param name="Least">How many it always has; null: none.</param>
/// <param name="Slots">How many builds each of them does at once; null: one.</param>
/// <param name="Channel">Name of the channel that they work in; null: `default`.</param>
/// <param name="Arches">What they build, by rpm's names; null: the server's own architecture.</param>
/// <param name="Service">The Docker Swarm service that they are made after; null: machines join by themselves, and nobody starts or ends them.</param>
/// <param name="IdleSeconds">For how long fewer must be enough before one is let go, up to a day; null: 300.</param>
public sealed record NewPool(
    string Name, int Most, int? Least = null, int? Slots = null, string? Channel = null, IReadOnlyList<string>? Arches = null, string? Service = null, int? IdleSeconds = null);

/// <summary>What is not given stays.</summary>
/// <param name="Most">How many builders it has at most.</param>
/// <param name="Least">How many it always has.</param>
/// <param name="Slots">How many builds each does at once that is started from now on.</param>
/// <param name="Service">The Swarm service that they are made after; empty: none.</param>
/// <param name="IdleSeconds">For how long fewer must be enough before one is let go.</param>
public sealed record PoolEdit(int? Most = null, int? Least = null, int? Slots = null, string? Service = null, int? IdleSeconds = null);

/// <summary>A pool as it stands.</summary>
/// <param name="Name">As it was made.</param>
/// <param name="Channel">Name of the channel that its builders work in.</param>
/// <param name="Arches">What they build.</param>
/// <param name="Service">The Swarm service that they are made after; null: machines join by themselves.</param>
/// <param name="Least">How many it always has.</param>
/// <param name="Most">How many it has at most.</param>
/// <param name="Slots">How many builds each does at once.</param>
/// <param name="IdleSeconds">For how long fewer must be enough before one is let go.</param>
/// <param name="IsOpen">Whether it has a token, so that machines may join.</param>
/// <param name="Wanted">How many builders it shall have now.</param>
/// <param name="Why">Why so many, in a sentence; null: nobody has looked yet.</param>
/// <param name="Trouble">Why it cannot be grown or shrunk; null: it can.</param>
/// <param name="Builders">Names of those that have joined.</param>
/// <param name="Leaving">Names of those among them that are drained, and go when they have finished what they run.</param>
public sealed record PoolDetails(
    string Name, string Channel, IReadOnlyList<string> Arches, string? Service, int Least, int Most, int Slots, int IdleSeconds, bool IsOpen, int Wanted, string? Why, string? Trouble,
    IReadOnlyList<string> Builders, IReadOnlyList<string> Leaving);

/// <summary>A pool, and the token that its machines join with.</summary>
/// <param name="Pool">As it stands.</param>
/// <param name="Token">Shown this once; the server keeps its hash only. It lets a machine join the pool, and nothing else.</param>
public sealed record MadePool(PoolDetails Pool, string Token);

/// <summary>A machine that joins a pool.</summary>
/// <param name="Token">The pool's.</param>
/// <param name="Name">What it is called. A builder of the pool that is called so is this one, started anew: what it had leased goes back into the queue.</param>
public sealed record JoiningBuilder(string Token, string Name);
