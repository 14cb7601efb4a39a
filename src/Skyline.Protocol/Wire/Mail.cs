namespace Skyline.Protocol;

/// <param name="On">Whether this server sends mail at all.</param>
/// <param name="Address">Where you are written to; none: nowhere.</param>
/// <param name="Asked">Where a link was sent that was not opened yet.</param>
/// <param name="Refused">Why you are not written to any more where you were.</param>
/// <param name="Kinds">About what: words as the manual has them.</param>
public sealed record MailState(bool On, string? Address, string? Asked, string? Refused, IReadOnlyList<string> Kinds);

public sealed record NewMailAddress(string Address);

public sealed record MailChoices(IReadOnlyList<string> Kinds);
