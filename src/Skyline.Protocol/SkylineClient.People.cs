namespace Skyline.Protocol;

/// <summary>Who may use the server.</summary>
public sealed partial class SkylineClient
{
    public Task<AddedPerson> AddPerson(NewPerson person, CancellationToken ct) =>
        http.Post("api/people", person, SkylineJson.Default.NewPerson, SkylineJson.Default.AddedPerson, ct);
}
