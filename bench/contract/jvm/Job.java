package sparkbench.job;

import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.spark.api.java.function.VoidFunction2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.functions;
import org.apache.spark.streaming.api.java.JavaDStream;
import org.apache.spark.streaming.api.java.JavaPairDStream;
import org.apache.spark.streaming.dstream.DStream;
import scala.collection.JavaConverters;
import scala.collection.mutable.Buffer;
import scala.reflect.ClassTag$;

/**
 * A job of a user's, a class or a Scala object, by the names of its members; it implements nothing.
 *
 * <p>Janino compiles this: no lambdas, no generics.  What is wrong with a job is told by a Wrong.
 */
public class Job {
  public static final String[] BUILDERS = {"buildDStream", "buildStructured"};

  private final Class type;
  private final Object target;
  private Object params;

  public Job(String name, ClassLoader loader) throws Exception {
    type = Class.forName(name, true, loader);
    target = targetOf(type, loader);
  }

  /** What the functions are called on: a Scala object, an instance, or null where all is static. */
  private static Object targetOf(Class type, ClassLoader loader) throws Exception {
    try {
      return Class.forName(type.getName() + "$", true, loader).getField("MODULE$").get(null);
    } catch (ClassNotFoundException problem) {
      // no Scala object
    } catch (NoSuchFieldException problem) {
      // a companion of another kind
    }
    if (type.isInterface() || Modifier.isAbstract(type.getModifiers())) {
      return null;
    }
    try {
      Constructor made = type.getDeclaredConstructor(new Class[0]);
      made.setAccessible(true);
      return made.newInstance(new Object[0]);
    } catch (NoSuchMethodException problem) {
      return null;
    }
  }

  private Class home() {
    return target == null ? type : target.getClass();
  }

  private Method method(String name) throws Exception {
    Method found = null;
    Method[] all = home().getMethods();
    for (int i = 0; i < all.length; i++) {
      if (all[i].getName().equals(name) && !all[i].isBridge() && !all[i].isSynthetic()) {
        if (found != null) {
          throw new Wrong(name + " stands there twice; leave one");
        }
        found = all[i];
      }
    }
    if (found != null && target == null && !Modifier.isStatic(found.getModifiers())) {
      throw new Wrong(
          name + " is no static method, and the class has no constructor without arguments");
    }
    if (found != null) {
      found.setAccessible(true);
    }
    return found;
  }

  // --- what it says of itself --------------------------------------------------------------------

  /** Engine builders there are, each with how many streams it takes: -1 for any number. */
  public Map builders() throws Exception {
    Map found = new LinkedHashMap();
    for (int i = 0; i < BUILDERS.length; i++) {
      Method method = method(BUILDERS[i]);
      if (method != null) {
        found.put(BUILDERS[i], Integer.valueOf(streams(method)));
      }
    }
    return found;
  }

  private int streams(Method method) throws Exception {
    Class[] types = method.getParameterTypes();
    boolean structured = method.getName().equals(BUILDERS[1]);
    int count = types.length - (takesParams(method) ? 1 : 0);
    if (count == 1 && isMany(types[0])) {
      return -1;
    }
    String wanted = structured ? "DataFrame" : "DStream[String] or JavaDStream<String>";
    for (int i = 0; i < count; i++) {
      boolean fits =
          structured
              ? types[i] == Dataset.class
              : types[i] == DStream.class || types[i] == JavaDStream.class;
      if (!fits) {
        throw new Wrong(
            method.getName() + " takes a " + types[i].getName() + "; streams of lines are of type "
                + wanted);
      }
    }
    if (count == 0) {
      throw new Wrong(method.getName() + " takes no lines; its first argument is a " + wanted);
    }
    return count;
  }

  private static boolean isMany(Class type) {
    return type.isArray()
        || type == List.class
        || scala.collection.Seq.class.isAssignableFrom(type);
  }

  private static boolean isStream(Class type) {
    return type == DStream.class || type == JavaDStream.class || type == Dataset.class;
  }

  private static boolean takesParams(Method method) {
    Class[] types = method.getParameterTypes();
    return types.length > 0 && !isMany(types[types.length - 1]) && !isStream(types[types.length - 1]);
  }

  /** The class of the parameters, null for a job without. */
  private Class paramsType() throws Exception {
    Class found = null;
    String[] names = {BUILDERS[0], BUILDERS[1], "perBatch"};
    for (int i = 0; i < names.length; i++) {
      Method method = method(names[i]);
      if (method != null && takesParams(method)) {
        Class[] types = method.getParameterTypes();
        Class last = types[types.length - 1];
        if (names[i].equals("perBatch") && last == long.class) {
          continue;
        }
        if (found != null && found != last) {
          throw new Wrong(
              "its functions take parameters of two types, " + found.getName() + " and "
                  + last.getName() + "; take one");
        }
        found = last;
      }
    }
    return found;
  }

  /** Name of each parameter to its default: a number, a text, or true or false. */
  public Map defaults() throws Exception {
    Map found = new LinkedHashMap();
    Class kind = paramsType();
    if (kind == null) {
      return found;
    }
    Constructor made = constructor(kind);
    Class[] types = made.getParameterTypes();
    if (types.length > 0) {
      String[] names = names(made, kind);
      for (int i = 0; i < types.length; i++) {
        found.put(names[i], plain(kind, names[i], scalaDefault(kind, names[i], i + 1)));
      }
      return found;
    }
    Object one = made.newInstance(new Object[0]);
    List fields = fields(kind);
    for (int i = 0; i < fields.size(); i++) {
      Field field = (Field) fields.get(i);
      found.put(field.getName(), plain(kind, field.getName(), field.get(one)));
    }
    return found;
  }

  private static Constructor constructor(Class kind) throws Exception {
    Constructor[] all = kind.getDeclaredConstructors();
    Constructor found = all.length == 1 ? all[0] : null;
    for (int i = 0; i < all.length; i++) {
      if (all[i].getParameterTypes().length == 0) {
        found = all[i];
      }
    }
    if (kind.isPrimitive() || found == null) {
      throw new Wrong(
          "parameters of type " + kind.getName() + " cannot be made; write a case class Params with "
              + "defaults in Scala, a class Params with fields that have values in Java");
    }
    found.setAccessible(true);
    return found;
  }

  private static String[] names(Constructor made, Class kind) {
    java.lang.reflect.Parameter[] all = made.getParameters();
    String[] found = new String[all.length];
    Field[] fields = kind.getDeclaredFields();
    for (int i = 0; i < all.length; i++) {
      // Compilers that leave names out keep the fields in order.
      found[i] = all[i].isNamePresent() ? all[i].getName() : fields[i].getName();
    }
    return found;
  }

  private static Object scalaDefault(Class kind, String name, int number) throws Exception {
    try {
      Class companion = Class.forName(kind.getName() + "$", true, kind.getClassLoader());
      Object module = companion.getField("MODULE$").get(null);
      return companion
          .getMethod("$lessinit$greater$default$" + number, new Class[0])
          .invoke(module, new Object[0]);
    } catch (ReflectiveOperationException problem) {
      throw new Wrong("parameter " + name + " has no default; give it one");
    }
  }

  private static List fields(Class kind) throws Exception {
    List found = new ArrayList();
    Field[] all = kind.getDeclaredFields();
    for (int i = 0; i < all.length; i++) {
      int how = all[i].getModifiers();
      if (Modifier.isStatic(how) || all[i].isSynthetic()) {
        continue;
      }
      if (Modifier.isFinal(how)) {
        throw new Wrong(
            "parameter " + all[i].getName() + " cannot be set; leave final out (in Scala write var, "
                + "or a case class with defaults)");
      }
      all[i].setAccessible(true);
      found.add(all[i]);
    }
    return found;
  }

  private static Object plain(Class kind, String name, Object value) throws Exception {
    if (value instanceof String || value instanceof Boolean || value instanceof Number) {
      return value;
    }
    throw new Wrong(
        "parameter " + name + " is " + value + " by default; a parameter is a number, a text, or "
            + "true or false");
  }

  /** A declaration by its name: a val, a def without arguments, a static field; null for none. */
  public Object declared(String name) throws Exception {
    Method[] all = home().getMethods();
    for (int i = 0; i < all.length; i++) {
      if (all[i].getName().equals(name) && all[i].getParameterTypes().length == 0) {
        all[i].setAccessible(true);
        return java(all[i].invoke(target, new Object[0]));
      }
    }
    try {
      Field field = type.getDeclaredField(name);
      field.setAccessible(true);
      return java(field.get(Modifier.isStatic(field.getModifiers()) ? null : target));
    } catch (NoSuchFieldException problem) {
      return null;
    }
  }

  public boolean has(String name) throws Exception {
    return method(name) != null;
  }

  /** Scala's collections as Java's, numbers, texts and truth as they are. */
  private static Object java(Object value) {
    if (value instanceof scala.collection.Map) {
      Map found = new LinkedHashMap();
      scala.collection.Iterator all = ((scala.collection.Map) value).iterator();
      while (all.hasNext()) {
        scala.Tuple2 entry = (scala.Tuple2) all.next();
        found.put(java(entry._1()), java(entry._2()));
      }
      return found;
    }
    if (value instanceof scala.collection.Iterable) {
      List found = new ArrayList();
      scala.collection.Iterator all = ((scala.collection.Iterable) value).iterator();
      while (all.hasNext()) {
        found.add(java(all.next()));
      }
      return found;
    }
    return value;
  }

  // --- what it does ------------------------------------------------------------------------------

  /** Fill in the parameters that the functions get from now on; names nobody declares are left. */
  public void setParams(Map values) throws Exception {
    Class kind = paramsType();
    if (kind == null) {
      return;
    }
    Constructor made = constructor(kind);
    Class[] types = made.getParameterTypes();
    if (types.length > 0) {
      String[] names = names(made, kind);
      Object[] arguments = new Object[types.length];
      for (int i = 0; i < types.length; i++) {
        Object given =
            values.containsKey(names[i])
                ? values.get(names[i])
                : scalaDefault(kind, names[i], i + 1);
        arguments[i] = as(types[i], given);
      }
      params = made.newInstance(arguments);
      return;
    }
    params = made.newInstance(new Object[0]);
    List fields = fields(kind);
    for (int i = 0; i < fields.size(); i++) {
      Field field = (Field) fields.get(i);
      if (values.containsKey(field.getName())) {
        field.set(params, as(field.getType(), values.get(field.getName())));
      }
    }
  }

  private static Object as(Class type, Object value) {
    if (type == String.class || !(value instanceof Number)) {
      return value;
    }
    Number number = (Number) value;
    if (type == int.class || type == Integer.class) {
      return Integer.valueOf(number.intValue());
    }
    if (type == long.class || type == Long.class) {
      return Long.valueOf(number.longValue());
    }
    if (type == float.class || type == Float.class) {
      return Float.valueOf(number.floatValue());
    }
    if (type == double.class || type == Double.class) {
      return Double.valueOf(number.doubleValue());
    }
    return value;
  }

  /** The DStream side's result as a Java stream, of whatever it is made of. */
  public JavaDStream dstream(List streams) throws Throwable {
    Object made = call(BUILDERS[0], arguments(BUILDERS[0], streams));
    DStream found = null;
    if (made instanceof DStream) {
      found = (DStream) made;
    } else if (made instanceof JavaDStream) {
      found = ((JavaDStream) made).dstream();
    } else if (made instanceof JavaPairDStream) {
      found = ((JavaPairDStream) made).dstream();
    } else {
      throw new Wrong(BUILDERS[0] + " returns " + kindOf(made) + "; return a DStream");
    }
    return new JavaDStream(found, ClassTag$.MODULE$.apply(Object.class));
  }

  /** The Structured Streaming side's result. */
  public Dataset structured(List frames) throws Throwable {
    Object made = call(BUILDERS[1], arguments(BUILDERS[1], frames));
    if (!(made instanceof Dataset)) {
      throw new Wrong(BUILDERS[1] + " returns " + kindOf(made) + "; return a DataFrame");
    }
    return ((Dataset) made).toDF();
  }

  /** What is made of one batch before it is written. */
  public Dataset perBatch(Dataset frame, long batch) throws Throwable {
    Method method = method("perBatch");
    List given = new ArrayList();
    given.add(frame);
    given.add(Long.valueOf(batch));
    if (method.getParameterTypes().length > 2) {
      given.add(params);
    }
    Object made = call("perBatch", given.toArray());
    if (!(made instanceof Dataset)) {
      throw new Wrong("perBatch returns " + kindOf(made) + "; return a DataFrame");
    }
    return ((Dataset) made).toDF();
  }

  /** A sink of its batches that counts every row of what perBatch makes, as the drain does. */
  public Drain drain() {
    return new Drain(this);
  }

  /** The rows of each batch, lists of columns, to the list of what both sides promise. */
  public List normalise(String engine, List batches) throws Throwable {
    Method method = method("normalise");
    boolean scala = !List.class.isAssignableFrom(method.getParameterTypes()[1]);
    Object given = scala ? scala(batches) : batches;
    return (List) java(call("normalise", new Object[] {engine, given}));
  }

  /** Lists as Scala's, whatever they are in. */
  private static Object scala(Object value) {
    if (!(value instanceof List)) {
      return value;
    }
    List found = new ArrayList();
    for (int i = 0; i < ((List) value).size(); i++) {
      found.add(scala(((List) value).get(i)));
    }
    return seq(found);
  }

  private static Object seq(List list) {
    return ((Buffer) JavaConverters.asScalaBufferConverter(list).asScala()).toSeq();
  }

  private Object[] arguments(String name, List streams) throws Exception {
    Method method = method(name);
    Class[] types = method.getParameterTypes();
    List found = new ArrayList();
    if (isMany(types[0])) {
      if (types[0].isArray()) {
        Class kind = types[0].getComponentType();
        Object all = Array.newInstance(kind, streams.size());
        for (int i = 0; i < streams.size(); i++) {
          Array.set(all, i, fitted(kind, streams.get(i)));
        }
        found.add(all);
      } else if (types[0] == List.class) {
        found.add(streams);
      } else {
        List plain = new ArrayList();
        for (int i = 0; i < streams.size(); i++) {
          plain.add(fitted(DStream.class, streams.get(i)));
        }
        found.add(seq(plain));
      }
    } else {
      for (int i = 0; i < streams.size(); i++) {
        found.add(fitted(types[i], streams.get(i)));
      }
    }
    if (takesParams(method)) {
      found.add(params);
    }
    return found.toArray();
  }

  /** A stream as Scala's or Java's class, as the job wants it. */
  private static Object fitted(Class type, Object stream) {
    if (type == DStream.class && stream instanceof JavaDStream) {
      return ((JavaDStream) stream).dstream();
    }
    return stream;
  }

  private Object call(String name, Object[] arguments) throws Throwable {
    try {
      return method(name).invoke(target, arguments);
    } catch (InvocationTargetException problem) {
      throw problem.getCause();
    }
  }

  private static String kindOf(Object value) {
    return value == null ? "null" : "a " + value.getClass().getName();
  }

  /** One action a batch, in the JVM: a call into Python would be charged to the job. */
  public static class Drain implements VoidFunction2 {
    private final Job job;
    private final ConcurrentHashMap totals = new ConcurrentHashMap();

    Drain(Job job) {
      this.job = job;
    }

    public void call(Object frame, Object batch) throws Exception {
      Dataset made = null;
      try {
        made = job.perBatch((Dataset) frame, ((Long) batch).longValue());
      } catch (Exception problem) {
        throw problem;
      } catch (Throwable problem) {
        throw new RuntimeException(problem);
      }
      String[] names = made.columns();
      Column[] columns = new Column[names.length];
      for (int i = 0; i < names.length; i++) {
        columns[i] = functions.col("`" + names[i] + "`").cast("string");
      }
      boolean text = names.length == 1 && names[0].equals("value");
      Column row = text ? functions.col("value") : functions.concat_ws(",", columns);
      Dataset sums =
          made.agg(
              functions.count(functions.lit(Integer.valueOf(1))),
              new Column[] {functions.sum(functions.octet_length(row))});
      Row total = (Row) sums.collectAsList().get(0);
      totals.put(batch, total.get(0) + " " + (total.isNullAt(1) ? "0" : total.get(1)));
    }

    /** Records and bytes of a batch, once; null for one that did not come. */
    public String take(String batch) {
      return (String) totals.remove(Long.valueOf(batch));
    }
  }

  /** What is wrong with a job, in a sentence that its file's name is put before. */
  public static class Wrong extends Exception {
    public Wrong(String message) {
      super(message);
    }
  }
}
