namespace Skyline.Protocol;

/// <summary>Whether somebody is written to, and about what.</summary>
/// <param name="On">Whether this server sends mail at all.</param>
/// <param name="Address">Where you are written to; null: nowhere.</param>
/// <param name="Asked">Where a link was sent that was not opened yet; null: nowhere.</param>
/// <param name="Refused">Why you are not written to any more where you were; null: you are, or never were.</param>
/// <param name="Kinds">About what: `build-failed`, `package-fails` and so on, as the manual has them.</param>
public sealed record MailState(bool On, string? Address, string? Asked, string? Refused, IReadOnlyList<string> Kinds);

/// <summary>Where somebody wants to be written to.</summary>
/// <param name="Address">A link is sent there; it counts once that was opened and agreed to.</param>
public sealed record NewMailAddress(string Address);

/// <summary>About what somebody wants to be written to.</summary>
/// <param name="Kinds">`build-failed`, `package-fails` and so on, as the manual has them; empty: nothing but what concerns the safety of the account.</param>
public sealed record MailChoices(IReadOnlyList<string> Kinds);
