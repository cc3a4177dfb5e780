package sparkbench.socket;

import java.lang.reflect.InvocationTargetException;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import org.apache.spark.sql.connector.catalog.SupportsRead;
import org.apache.spark.sql.connector.catalog.Table;
import org.apache.spark.sql.connector.catalog.TableCapability;
import org.apache.spark.sql.connector.catalog.TableProvider;
import org.apache.spark.sql.connector.expressions.Transform;
import org.apache.spark.sql.connector.read.Scan;
import org.apache.spark.sql.connector.read.ScanBuilder;
import org.apache.spark.sql.connector.read.streaming.ContinuousStream;
import org.apache.spark.sql.connector.read.streaming.MicroBatchStream;
import org.apache.spark.sql.sources.DataSourceRegister;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.sql.util.CaseInsensitiveStringMap;

/** {@code format("native_socket")}: lines of a socket, one column {@code value: string}. */
public final class NativeSocket implements TableProvider, DataSourceRegister {
  private static final StructType SCHEMA =
      new StructType().add("value", DataTypes.StringType, true);

  public String shortName() {
    return "native_socket";
  }

  public StructType inferSchema(CaseInsensitiveStringMap options) {
    // Here, so that load() refuses what cannot be.
    new Settings(options.asCaseSensitiveMap());
    return SCHEMA;
  }

  public Table getTable(StructType schema, Transform[] partitioning, Map properties) {
    return new LineTable();
  }

  private static final class LineTable implements SupportsRead {
    public String name() {
      return "native_socket";
    }

    public StructType schema() {
      return SCHEMA;
    }

    public Set capabilities() {
      return EnumSet.of(TableCapability.MICRO_BATCH_READ, TableCapability.CONTINUOUS_READ);
    }

    public ScanBuilder newScanBuilder(CaseInsensitiveStringMap options) {
      return new Reading(new Settings(options.asCaseSensitiveMap()));
    }
  }

  private static final class Reading implements ScanBuilder, Scan {
    private final Settings settings;

    Reading(Settings settings) {
      this.settings = settings;
    }

    public Scan build() {
      return this;
    }

    public StructType readSchema() {
      return SCHEMA;
    }

    public String description() {
      return "native socket " + settings.peer();
    }

    public MicroBatchStream toMicroBatchStream(String checkpoint) {
      return stream(settings);
    }

    public ContinuousStream toContinuousStream(String checkpoint) {
      return new ContinuousSocketStream(settings);
    }
  }

  /** A stream with real-time mode where this Spark has it, else one without. */
  private static SocketStream stream(Settings settings) {
    Class kind;
    try {
      kind = Class.forName("sparkbench.socket.RealTimeStream", true,
          NativeSocket.class.getClassLoader());
    } catch (ClassNotFoundException absent) {
      return new SocketStream(settings);
    }
    try {
      return (SocketStream) kind.getConstructor(new Class[] {Settings.class})
          .newInstance(new Object[] {settings});
    } catch (InvocationTargetException problem) {
      throw new IllegalStateException(problem.getCause());
    } catch (ReflectiveOperationException problem) {
      throw new IllegalStateException(problem);
    }
  }
}
